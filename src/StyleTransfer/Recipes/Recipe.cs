using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>Everything that decides what a run computes, as data. <see cref="Presets"/> holds the known ones.</summary>
public sealed record Recipe
{
    /// <summary>The preset's name.</summary>
    public required string Name { get; init; }

    /// <summary>One line: what it is and where it comes from.</summary>
    public required string Description { get; init; }

    /// <summary>How the pictures' sizes are chosen.</summary>
    public required SizeRule Size { get; init; }

    /// <summary>How pictures are resized.</summary>
    public required ResamplingFilter Filter { get; init; }

    /// <summary>What the optimised variable is.</summary>
    public PictureSpace Space { get; init; } = PictureSpace.MeanSubtractedBgr;

    /// <summary>Pooling and padding of VGG19.</summary>
    public required NetworkForm Network { get; init; }

    /// <summary>The content term.</summary>
    public required ContentLoss Content { get; init; }

    /// <summary>The style term.</summary>
    public required StyleLoss Style { get; init; }

    /// <summary>The total-variation term; null for none.</summary>
    public TotalVariationLoss? TotalVariation { get; init; }

    /// <summary>
    /// Whether each content and style term's gradient g with respect to its layer's features becomes w·g/‖g‖₁, w the
    /// weight and share of the term: <c>-normalize_gradients</c> of Johnson's neural-style. Total variation stays.
    /// </summary>
    public bool NormalizeGradients { get; init; }

    /// <summary>
    /// Whether the gradient of the content and style terms loses its stripes, <see cref="DestripedGradient"/>, before that
    /// of total variation is added: not for an optimizer that searches along lines, whose gradients must be the loss's.
    /// </summary>
    public bool Destriping { get; init; }

    /// <summary>The first picture.</summary>
    public required StartPicture Start { get; init; }

    /// <summary>How the picture follows the gradient.</summary>
    public required OptimizerSettings Optimizer { get; init; }

    /// <summary>The learning rate over the iterations.</summary>
    public required LearningRate LearningRate { get; init; }

    /// <summary>Whether the picture is kept in the displayable range after each step.</summary>
    public required bool Clamp { get; init; }

    /// <summary>Steps, at the first scale where there are several.</summary>
    [Range(1, int.MaxValue)]
    public required int Iterations { get; init; }

    /// <summary>Whether levels are cut to whole numbers when the picture is saved, instead of rounded.</summary>
    public bool TruncateLevels { get; init; }

    /// <summary>Which picture is the result.</summary>
    public ResultPicture Result { get; init; } = ResultPicture.Last;

    /// <summary>Decay of the iterates' average, where that is the result.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double AverageDecay { get; init; } = 0.99;

    /// <summary>Coarse-to-fine scales; null for the one size.</summary>
    public ScaleRule? Scales { get; init; }

    /// <summary>What the recipe's values cannot mean together, as a sentence; null if they can.</summary>
    public string? FindContradiction() =>
        NormalizeGradients && Optimizer.SearchesLine
            ? "Normalised gradients are not those of the loss, so that L-BFGS cannot search along a line: use "
                + "--optimizer lbfgs, which searches none, or --normalize-gradients off."
        : LearningRate.RelativeToFirstGradient && !Optimizer.StepsAsLongAsGradient
            ? "A learning rate relative to the first gradient is for gradient descent, since other optimizers scale "
                + "their steps themselves: name the optimizer with --optimizer, which brings its own rate, or set "
                + "learning_rate.relative_to_first_gradient=false."
        : Content.Weight == 0 && Style.Weight == 0 && (TotalVariation is null || TotalVariation.Weight == 0)
            ? "All weights are 0, which leaves nothing to minimise: give --content-weight, --style-weight or "
                + "--tv-weight above 0."
        : null;

    /// <summary>The steps at a scale, counted from 0, coarse to fine.</summary>
    public int IterationsAt(int scale) => scale == 0 || Scales is null ? Iterations : Scales.LaterIterations;

    /// <summary>The recipe as it runs at a scale, counted from 0, coarse to fine.</summary>
    internal Recipe AtScale(int scale, MemoryForm form)
    {
        OptimizerSettings optimizer = Optimizer.AtScale(scale);
        return this with { Optimizer = form.OptimizerOnHost ? optimizer.OnHost() : optimizer };
    }

    /// <summary>The recipe with another number of steps; later scales keep their share.</summary>
    public Recipe WithIterations(int iterations) => this with
    {
        Iterations = iterations,
        Scales = Scales is null
            ? null
            : Scales with
            {
                LaterIterations = Math.Max(1, (int)((long)Scales.LaterIterations * iterations / Iterations)),
            },
    };

    /// <summary>Every layer that a loss reads, once each.</summary>
    public IReadOnlyList<string> Layers() =>
        [.. Content.Layers.Concat(Style.Layers).Select(layer => layer.Layer).Distinct()];

    /// <summary>The last layer of the network that a loss reads.</summary>
    public string DeepestLayer() => Layers().MaxBy(Vgg19.IndexOf)!;

    /// <summary>The least height and width of a picture, in pixels: the pools leave one of it.</summary>
    public int SmallestSide() => Vgg19.SmallestSide(DeepestLayer());
}

/// <summary>What the optimised variable is: a picture in the network's units or in a screen's.</summary>
public enum PictureSpace
{
    /// <summary>BGR, 0..255, minus ImageNet's means: what VGG19 reads.</summary>
    MeanSubtractedBgr,

    /// <summary>RGB, 0..1; times 255 and preprocessing are part of the graph.</summary>
    UnitRgb,
}

/// <summary>Where the optimisation starts.</summary>
/// <param name="Kind">The picture.</param>
/// <param name="NoiseLevels">Standard deviation of normal noise added to it, in levels of 0..255.</param>
public sealed record StartPicture(
    StartKind Kind, [property: Range(0d, 255d)] double NoiseLevels = 0);

/// <summary>The pictures that a run may start from.</summary>
public enum StartKind
{
    /// <summary>The content picture.</summary>
    Content,

    /// <summary>ImageNet's mean colour: noise alone, once noise is added.</summary>
    Noise,

    /// <summary>The first style picture, resized to the content's size.</summary>
    Style,

    /// <summary>Mid grey, 127.5.</summary>
    Grey,

    /// <summary>A picture of the caller's.</summary>
    Picture,
}

/// <summary>Which of the pictures that a run passes through is its result.</summary>
public enum ResultPicture
{
    /// <summary>The one after the last step.</summary>
    Last,

    /// <summary>The one of the lowest loss.</summary>
    Best,

    /// <summary>The exponential average of the iterates, bias-corrected.</summary>
    Average,
}
