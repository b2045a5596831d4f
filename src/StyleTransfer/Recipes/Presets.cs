using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>The known recipes, by name.</summary>
public static class Presets
{
    private static readonly string[] FirstOfEachBlock =
        ["block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1"];

    /// <summary>
    /// Ours. Every term is relative to the content's own numbers, so that one set of weights serves every network,
    /// random ones too, every layer and every size.
    /// </summary>
    public static Recipe Balanced { get; } = new()
    {
        Name = "balanced",
        Description = "relative losses, average pooling, gradient descent with momentum: the default",
        Size = new SizeRule(SizeDimension.LongSide, 512, StyleSize.OwnAspect, MidpointRounding.ToEven),
        Filter = ResamplingFilter.Bicubic,
        Network = new NetworkForm(Pooling.Average),
        Content = new ContentLoss(LayerWeight.Each(1, "block5_conv2"), 1, ContentNormalization.Relative),
        Style = new StyleLoss(
            LayerWeight.Each(1.0 / 5, FirstOfEachBlock), 10, GramNormalization.Pixels, StyleNormalization.Relative),
        TotalVariation = new TotalVariationLoss(TotalVariationForm.MeanSquared, 2e-4),
        Start = new StartPicture(StartKind.Content),
        Optimizer = new SgdSettings(Momentum: 0.9),
        LearningRate = new LearningRate(2, Schedule.Exponential, 0.5, 100, RelativeToFirstGradient: true),
        Clamp = true,
        Iterations = 150,
    };

    /// <summary>
    /// The Keras example "Neural style transfer", also in Chollet, Deep Learning with Python, 2nd edition, chapter 12.
    /// </summary>
    /// <remarks>
    /// keras.utils.save_img, which the example saves with, stretches the picture to its minimum and maximum; here it
    /// is clipped to 0..255.
    /// </remarks>
    public static Recipe Keras { get; } = new()
    {
        Name = "keras",
        Description = "the Keras example: max pooling, plain gradient descent at rate 100, 4000 iterations",
        Size = new SizeRule(SizeDimension.Height, 400, StyleSize.ContentSize, MidpointRounding.ToZero),
        Filter = ResamplingFilter.Nearest,
        Network = new NetworkForm(Pooling.Max),
        Content = new ContentLoss(LayerWeight.Each(1, "block5_conv2"), 2.5e-8, ContentNormalization.Sum),
        Style = new StyleLoss(
            LayerWeight.Each(1.0 / 5, FirstOfEachBlock), 1e-6, GramNormalization.None, StyleNormalization.PicturePixels),
        TotalVariation = new TotalVariationLoss(TotalVariationForm.Power, 1e-6),
        Start = new StartPicture(StartKind.Content),
        Optimizer = new SgdSettings(),
        LearningRate = new LearningRate(100, Schedule.Exponential, 0.96, 100),
        Clamp = false,
        Iterations = 4000,
    };

    /// <summary>All presets, the default first.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [Balanced, Keras];

    /// <summary>The preset of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Recipe Find(string name) => All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new ArgumentException(
            $"Unknown preset '{name}': the presets are {string.Join(", ", All.Select(recipe => recipe.Name))}.");
}
