using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.FastStyle.Training;

/// <summary>What a network is trained with.</summary>
public static class TrainingRecipe
{
    /// <summary>The recipe's name.</summary>
    public const string Name = "fast";

    /// <summary>Side of the crops that a network is trained on, in pixels.</summary>
    public const int Side = 256;

    /// <summary>Steps.</summary>
    public const int Iterations = 4000;

    /// <summary>Steps from a network of another style.</summary>
    public const int FineTuningIterations = 1000;

    /// <summary>The recipe of a run.</summary>
    /// <remarks>
    /// Losses as in <see cref="Presets.Balanced"/>, relative to what they are for untouched photographs, but on layers
    /// that a network of few channels can follow: relu1_1 to relu4_1, and relu3_1 for the content.
    /// </remarks>
    /// <param name="iterations">Steps; the rate is half as high in their second half.</param>
    /// <param name="side">Of the crops, in pixels.</param>
    public static Recipe Create(int iterations, int side) => new()
    {
        Name = Name,
        Description = "a network that repaints in one pass: relative losses, max pooling, Adam",
        Size = new SizeRule(SizeDimension.LongSide, side, StyleSize.OwnAspect, MidpointRounding.ToEven),
        Filter = ResamplingFilter.Bicubic,
        Network = new NetworkForm(Pooling.Max),
        Content = new ContentLoss(LayerWeight.Each(1, "block3_conv1"), 3, ContentNormalization.Relative),
        Style = new GramStyleLoss(
            LayerWeight.Each(1.0 / 4, "block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1"), 10,
            GramNormalization.Pixels, StyleNormalization.Relative),
        TotalVariation = new TotalVariationLoss(TotalVariationForm.MeanSquared, 2e-4),
        Start = new StartPicture(StartKind.Content),
        Optimizer = new AdamSettings(0.9, 0.999, 1e-8, AdamForm.Epsilon),
        LearningRate = new LearningRate(2e-3, Schedule.Exponential, 0.5, Math.Max(1, iterations / 2), Staircase: true),
        Clamp = false,
        Iterations = iterations,
        Result = ResultPicture.Best,
    };
}
