using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>The known recipes, by name.</summary>
public static class Presets
{
    /// <summary>
    /// Activations of Keras's VGG19, whose input is levels of 0..255, over those of torchvision's, whose input is
    /// normalised: what the multiscale recipe's numbers were made with.
    /// </summary>
    private const double ActivationRatio = 57;

    private static readonly string[] FirstOfEachBlock =
        ["block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1"];

    /// <summary>
    /// Ours. Every term that reads the network is relative to the content's own numbers, so that one set of weights
    /// serves every network, random ones too, every layer and every size.
    /// </summary>
    /// <remarks>
    /// The network's gradient is striped, upright and lying, which weaves a lattice of two to four pixels into a picture
    /// where it is dark or flat: docs/gallery.md has the measurements. Averages of 2×2 instead of overlapping windows
    /// (<c>--pooling average</c>) add to it.
    /// </remarks>
    public static Recipe Balanced { get; } = new()
    {
        Name = "balanced",
        Description = "relative losses, overlapping pools, gradient descent with momentum: the default; above 256 pixels "
            + "70 steps at rate 6",
        Size = new SizeRule(SizeDimension.LongSide, 512, StyleSize.OwnAspect, MidpointRounding.ToEven),
        Filter = ResamplingFilter.Bicubic,
        Network = new NetworkForm(Pooling.Binomial),
        Content = new ContentLoss(LayerWeight.Each(1, "block5_conv2"), 1, ContentNormalization.Relative),
        Style = new GramStyleLoss(
            LayerWeight.Each(1.0 / 5, FirstOfEachBlock), 10, GramNormalization.Pixels, StyleNormalization.Relative),
        TotalVariation = new TotalVariationLoss(TotalVariationForm.MeanSquared, 2e-4),
        Start = new StartPicture(StartKind.Content),
        Destriping = true,
        Optimizer = new SgdSettings(Momentum: 0.9),
        LearningRate = new LearningRate(4, Schedule.Exponential, 0.5, 100, RelativeToFirstGradient: true),
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
        Style = new GramStyleLoss(
            LayerWeight.Each(1.0 / 5, FirstOfEachBlock), 1e-6, GramNormalization.None,
            StyleNormalization.PicturePixels),
        TotalVariation = new TotalVariationLoss(TotalVariationForm.Power, 1e-6),
        Start = new StartPicture(StartKind.Content),
        Optimizer = new SgdSettings(),
        LearningRate = new LearningRate(100, Schedule.Exponential, 0.96, 100),
        Clamp = false,
        TruncateLevels = true,
        Iterations = 4000,
    };

    /// <summary>Tarun Bisht's TensorFlow 2 notebook, as it was meant.</summary>
    /// <remarks>
    /// The notebook's <c>pooling='avg'</c> did not reach the network's inner pools, which stayed max pools; its article
    /// and the paper that it follows say average. Its best picture was taken a step after the best loss; here the
    /// picture is the one that the loss belongs to.
    /// </remarks>
    public static Recipe Average { get; } = new()
    {
        Name = "average",
        Description = "a TensorFlow 2 notebook: average pooling, Adam at rate 5, the best picture is kept",
        Size = new SizeRule(
            SizeDimension.LongSide, 1024, StyleSize.ContentSize, MidpointRounding.ToEven, DefaultSize: (720, 1024)),
        Filter = ResamplingFilter.Bilinear,
        Network = new NetworkForm(Pooling.Average),
        Content = new ContentLoss(LayerWeight.Each(1, "block4_conv2"), 1e-3, ContentNormalization.Mean),
        Style = new GramStyleLoss(
            LayerWeight.Each(1, FirstOfEachBlock), 1, GramNormalization.Channels,
            StyleNormalization.ChannelsToTheSixth),
        Start = new StartPicture(StartKind.Content, NoiseLevels: 1),
        Optimizer = new AdamSettings(0.9, 0.999, 1e-7, AdamForm.EpsilonHat),
        LearningRate = new LearningRate(5),
        Clamp = true,
        Iterations = 1000,
        Result = ResultPicture.Best,
    };

    /// <summary>Johnson's neural-style and its PyTorch form, neural-style-pt.</summary>
    /// <remarks>
    /// L-BFGS reads curvature from differences of gradients, and its first step is so short, 1/‖g‖₁, that the first
    /// difference is close to rounding: Winograd's made step 2 a thousand times too long where the direct form stays
    /// within 2 %.
    /// Both programs offer Adam instead: --optimizer adam --learning-rate 10.
    /// </remarks>
    public static Recipe Gatys { get; } = new()
    {
        Name = "gatys",
        Description = "neural-style: max pooling, normalised losses, L-BFGS from noise",
        Size = new SizeRule(SizeDimension.LongSide, 512, StyleSize.OwnAspect, MidpointRounding.ToZero),
        Filter = ResamplingFilter.Bilinear,
        Network = new NetworkForm(Pooling.Max, Convolution: ConvolutionForm.Direct),
        Content = new ContentLoss(LayerWeight.Each(1, "block4_conv2"), 5, ContentNormalization.Mean),
        Style = new GramStyleLoss(
            LayerWeight.Each(1, FirstOfEachBlock), 100, GramNormalization.Elements, StyleNormalization.Mean),
        TotalVariation = new TotalVariationLoss(TotalVariationForm.Absolute, 1e-3),
        Start = new StartPicture(StartKind.Noise, NoiseLevels: 1e-3),
        Optimizer = new LbfgsSettings(),
        LearningRate = new LearningRate(1),
        Clamp = false,
        Iterations = 1000,
    };

    /// <summary>Gatys, Ecker and Bethge 2015, "A Neural Algorithm of Artistic Style", arXiv:1508.06576.</summary>
    /// <remarks>The paper gives ratios of content to style weight of 1e-3 and 1e-4; this is the first.</remarks>
    public static Recipe GatysPaper { get; } = Gatys with
    {
        Name = "gatys-paper",
        Description = "the paper's own losses: average pooling, sums, unnormalised Gram matrices, L-BFGS from noise",
        Network = Gatys.Network with { Pooling = Pooling.Average },
        Content = new ContentLoss(LayerWeight.Each(1, "block4_conv2"), 1, ContentNormalization.HalfSum),
        Style = new GramStyleLoss(
            LayerWeight.Each(1.0 / 5, FirstOfEachBlock), 1e3, GramNormalization.None, StyleNormalization.LayerElements),
        TotalVariation = null,
    };

    /// <summary>TensorFlow's tutorial "Neural style transfer", its second run, with total variation.</summary>
    public static Recipe TensorFlow { get; } = new()
    {
        Name = "tensorflow",
        Description = "the TensorFlow tutorial: a picture of 0..1, Adam with a large epsilon, 1000 steps",
        Size = new SizeRule(SizeDimension.LongSide, 512, StyleSize.OwnAspect, MidpointRounding.ToZero),
        Filter = ResamplingFilter.BilinearWithoutAntialiasing,
        Space = PictureSpace.UnitRgb,
        Network = new NetworkForm(Pooling.Max),
        Content = new ContentLoss(LayerWeight.Each(1, "block5_conv2"), 1e4, ContentNormalization.Mean),
        Style = new GramStyleLoss(
            LayerWeight.Each(1.0 / 5, FirstOfEachBlock), 1e-2, GramNormalization.Pixels, StyleNormalization.Mean),
        TotalVariation = new TotalVariationLoss(TotalVariationForm.Absolute, 30),
        Start = new StartPicture(StartKind.Content),
        Optimizer = new AdamSettings(0.99, 0.999, 0.1, AdamForm.EpsilonHat),
        LearningRate = new LearningRate(0.02),
        Clamp = true,
        TruncateLevels = true,
        Iterations = 1000,
    };

    /// <summary>
    /// After crowsonkb's style-transfer-pytorch: coarse to fine, covariances instead of Gram matrices.
    /// </summary>
    /// <remarks>
    /// That program uses torchvision's network, whose activations are smaller by <see cref="ActivationRatio"/>: losses
    /// are divided by its square, and the ridge is multiplied by it.
    /// </remarks>
    public static Recipe Multiscale { get; } = new()
    {
        Name = "multiscale",
        Description = "style-transfer-pytorch: five scales, Wasserstein style loss, Adam, averaged iterates",
        Size = new SizeRule(SizeDimension.LongSide, 512, StyleSize.OwnAspectNeverEnlarged, MidpointRounding.ToEven),
        Filter = ResamplingFilter.Bicubic,
        Space = PictureSpace.UnitRgb,
        Network = new NetworkForm(Pooling.Max, AveragePoolScale: 2, ReplicateFirstBorder: true),
        Content = new ContentLoss(
            LayerWeight.Each(1, "block4_conv2"), 0.015 / (ActivationRatio * ActivationRatio),
            ContentNormalization.Mean),
        Style = new WassersteinStyleLoss(
            [
                new LayerWeight("block1_conv1", 256.0 / 341),
                new LayerWeight("block2_conv1", 64.0 / 341),
                new LayerWeight("block3_conv1", 16.0 / 341),
                new LayerWeight("block4_conv1", 4.0 / 341),
                new LayerWeight("block5_conv1", 1.0 / 341),
            ],
            1 / (ActivationRatio * ActivationRatio),
            Ridge: 1e-4 * ActivationRatio * ActivationRatio),
        TotalVariation = new TotalVariationLoss(TotalVariationForm.DiagonalMeanSquared, 2),
        Start = new StartPicture(StartKind.Content),
        Optimizer = new AdamSettings(0.9, 0.99, 1e-8, AdamForm.Epsilon),
        LearningRate = new LearningRate(0.02),
        Clamp = true,
        Iterations = 1000,
        Scales = new ScaleRule(Smallest: 128, LaterIterations: 500),
        Result = ResultPicture.Average,
        AverageDecay = 0.99,
    };

    /// <summary>
    /// Galerne, Raad, Lezama and Morel 2024, "Scaling Painting Style Transfer", arXiv:2212.13459: means and standard
    /// deviations of the channels beside Gram matrices, L-BFGS from coarse to fine.
    /// </summary>
    /// <remarks>
    /// The paper's network is scaled to a mean activation of 1, and its factors are for that: 1e3/n² before the mean of
    /// squared differences of Gram matrices of n channels, 1e4 before those of means and deviations. Here every term is
    /// relative, as in <see cref="Balanced"/>; the shares are those that the paper's terms have where the content
    /// starts.
    /// </remarks>
    public static Recipe Painting { get; } = new()
    {
        Name = "painting",
        Description = "Gram matrices, channel means and deviations, L-BFGS from coarse to fine: for large paintings",
        Size = new SizeRule(SizeDimension.LongSide, 512, StyleSize.OwnAspect, MidpointRounding.ToEven),
        Filter = ResamplingFilter.Bicubic,
        Network = new NetworkForm(Pooling.Max, Convolution: ConvolutionForm.Direct),
        Content = new ContentLoss(LayerWeight.Each(1, "block4_conv2"), 1, ContentNormalization.Relative),
        Style = new MomentsStyleLoss(LayerWeight.Each(1.0 / 5, FirstOfEachBlock), 10, GramShare: 0.2, MomentShare: 0.4),
        Start = new StartPicture(StartKind.Content),
        Optimizer = new LbfgsSettings(History: 100, LaterHistory: 10),
        LearningRate = new LearningRate(1),
        Clamp = false,
        Iterations = 600,
        Scales = new ScaleRule(Smallest: 512, LaterIterations: 300, PerOctave: 1),
    };

    /// <summary>All presets, the default first.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
        [Balanced, Keras, Average, Gatys, GatysPaper, TensorFlow, Multiscale, Painting];

    /// <summary>
    /// <see cref="Balanced"/> above 256 pixels: longer steps, of which less than half as many come as far.
    /// </summary>
    private static Recipe LargeBalanced { get; } = Balanced with
    {
        Iterations = 70,
        LearningRate = Balanced.LearningRate with { Initial = 6 },
    };

    /// <summary>The preset of a name for a picture whose long side has so many pixels.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Recipe Find(string name, int longSide) =>
        name == Balanced.Name && longSide > 256 ? LargeBalanced : Find(name);

    /// <summary>The preset of a name, for small pictures where that makes a difference.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Recipe Find(string name) => All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new ArgumentException(
            $"Unknown preset '{name}': the presets are {string.Join(", ", All.Select(recipe => recipe.Name))}.");
}
