using IlgpuStyle.Kernels.Optimizer;
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

    /// <summary>The least that is allowed: float32, and one rounding may tip a maximum or a ReLU.</summary>
    public const double Least = 1e-4;

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
        // Short steps along a gradient that keeps its stripes: what amplifies rounding least.
        if (preset == "balanced" && caseName != "balanced_destriped")
        {
            Recipe = Recipe with
            {
                Destriping = false,
                LearningRate = Recipe.LearningRate with { Initial = 2 },
            };
        }
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
                // What searches along lines keeps the loss's own gradient all the same.
                Destriping = true,
                Optimizer = new LbfgsSettings(LineSearch: LineSearch.StrongWolfe),
                LearningRate = new LearningRate(1),
                Clamp = false,
            };
        }
        if (caseName == "balanced_normalized")
            Recipe = Recipe with { NormalizeGradients = true };
        if (caseName is "average_noise" or "balanced_normalized" or "balanced_continued")
            Recipe = Recipe with { Start = new StartPicture(StartKind.Picture) };

        RgbPicture style = Picture("style");
        RgbPicture styleOfContentSize = Picture("style_of_content_size");
        IReadOnlyList<StylePicture> styles = caseName switch
        {
            "balanced_two_styles" => [new(style, 0.7), new(styleOfContentSize, 0.3)],
            "gatys_two_styles" => [new(style, 3), new(styleOfContentSize, 1)],
            "multiscale_two_styles" => [new(style, 1), new(styleOfContentSize, 2)],
            "balanced_masks" or "painting_masks" or "multiscale_masks_average_pooling" =>
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
    /// <remarks>
    /// The first rows follow no more than two steps, which amplify little. L-BFGS without line search starts from a
    /// gradient difference that is nearly cancelled in float32: its rounding decides the step, and a run that happens
    /// to come out near the reference, as PyTorch's does on "gatys", does not say how far off another may be.
    /// </remarks>
    public double ToleranceOf(int row)
    {
        double tolerance = Tolerance(_fixture["sensitivity"].Values[row]);
        if (Recipe.Optimizer is LbfgsSettings { LineSearch: LineSearch.None })
            return Math.Max(1e-3, tolerance);
        return row < 3 ? Least : tolerance;
    }

    /// <summary>
    /// How far <see cref="Result"/> may be off, in relative L2: a ReLU that rounding tips in one of the steps moves it
    /// by more than the loss.
    /// </summary>
    public double ResultTolerance => Math.Max(5 * Least, Tolerance(_fixture["picture_sensitivity"].Values[0]));

    /// <summary>Of what runs that differ from double precision by float32's rounding alone are off.</summary>
    public static double Tolerance(double sensitivity) => Math.Max(Least, 5 * sensitivity);

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
