using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Tests;

/// <summary>A case of fixture family <c>recipe</c>: 20 steps in double precision on the small VGG19.</summary>
internal sealed class RecipeReference
{
    /// <summary>Steps of each run.</summary>
    public const int Steps = 20;

    private readonly Fixture _fixture;

    public RecipeReference(string caseName)
    {
        _fixture = Fixture.Open("recipe", caseName);
        string preset = caseName.Split('_')[0];
        Recipe = Presets.Find(preset) with
        {
            Iterations = Steps,
            Start = new StartPicture(StartKind.Content),
        };
        if (caseName.EndsWith("average_pooling", StringComparison.Ordinal))
            Recipe = Recipe with { Network = Recipe.Network with { Pooling = Pooling.Average } };
        if (caseName.EndsWith("max_pooling", StringComparison.Ordinal))
            Recipe = Recipe with { Network = Recipe.Network with { Pooling = Pooling.Max } };

        if (caseName == "gatys_adam")
        {
            Recipe = Recipe with
            {
                Optimizer = new AdamSettings(0.9, 0.999, 1e-8, AdamForm.Epsilon),
                LearningRate = new LearningRate(10),
            };
        }
        if (caseName == "tensorflow_wolfe")
        {
            Recipe = Recipe with
            {
                Optimizer = new LbfgsSettings(LineSearch: LineSearch.StrongWolfe),
                LearningRate = new LearningRate(1),
                Clamp = false,
            };
        }
        if (caseName == "balanced_normalized")
            Recipe = Recipe with { NormalizeGradients = true };
        if (caseName is "average_noise" or "balanced_normalized")
            Recipe = Recipe with { Start = new StartPicture(StartKind.Picture) };

        RgbPicture style = Picture("style");
        RgbPicture styleOfContentSize = Picture("style_of_content_size");
        IReadOnlyList<StylePicture> styles = caseName switch
        {
            "balanced_two_styles" => [new(style, 0.7), new(styleOfContentSize, 0.3)],
            "gatys_two_styles" => [new(style, 3), new(styleOfContentSize, 1)],
            "multiscale_two_styles" => [new(style, 1), new(styleOfContentSize, 2)],
            "balanced_masks" or "multiscale_masks_average_pooling" =>
                [new(style, 2, Mask("mask_1")), new(styleOfContentSize, 1, Mask("mask_2"))],
            _ => [new(preset is "keras" or "average" ? styleOfContentSize : style)],
        };
        RgbPicture content = Picture("content");
        Pictures = new ScalePictures(content, styles, PictureVariable.ToLevels(
            _fixture["start"].ToSingle(), content.Height, content.Width, Recipe.Space));
    }

    public Recipe Recipe { get; init; }

    public ScalePictures Pictures { get; }

    public double[] Layers => _fixture["layers"].Values;

    public double[] Gradient => _fixture["gradient"].Values;

    /// <summary>The variable after the last step, or the average of the iterates where that is the result.</summary>
    public double[] Result => _fixture[Recipe.Result == ResultPicture.Average ? "average" : "picture"].Values;

    /// <summary>How far a row of the trace may be off: see tests/Reference/README.md, "Tolerances".</summary>
    public double ToleranceOf(int row) => Math.Max(Floor, 10 * _fixture["sensitivity"].Values[row]);

    /// <summary>
    /// L-BFGS without line search starts from a gradient difference that is nearly cancelled in float32, and magnifies
    /// its rounding from step to step. In the Wasserstein runs with max pooling two values of a deep pool's window come
    /// so near each other at row 2 that a noise of 2e-5 on the gradient, in double precision, tips the maximum; from
    /// row 3 on such a run follows another trace, by 6e-3 at row 8. float32 leaves 1e-5 to 2e-5 of the gradient. Behind
    /// masks few pixels bear on a covariance, and a noise of 1e-5 moves the terms by 1e-3 of the loss in 20 rows.
    /// </summary>
    private double Floor => Recipe switch
    {
        { Optimizer: LbfgsSettings { LineSearch: LineSearch.None } } => 1e-3,
        { Style: WassersteinStyleLoss, Network.Pooling: Pooling.Max } => 1e-2,
        { Style: WassersteinStyleLoss } when Pictures.Styles.Any(style => style.Mask is not null) => 2e-3,
        _ => 1e-4,
    };

    /// <summary>Loss, content, style, total variation and learning rate before a step.</summary>
    public (double Loss, double Content, double Style, double TotalVariation, double LearningRate) Row(int row)
    {
        double[] trace = _fixture["trace"].Values;
        int i = 5 * row;
        return (trace[i], trace[i + 1], trace[i + 2], trace[i + 3], trace[i + 4]);
    }

    private StyleMask Mask(string name)
    {
        NpyFile array = _fixture[name];
        return new StyleMask(array.Shape[0], array.Shape[1], array.ToSingle());
    }

    private static RgbPicture Picture(string name)
    {
        NpyFile array = SmallVgg.Picture(name);
        return new RgbPicture(array.Shape[0], array.Shape[1], array.ToSingle());
    }
}
