using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests;

/// <summary>Every preset against its double-precision run on the small VGG19.</summary>
[Collection(TestDevice.Collection)]
public sealed class RecipeTests(TestDevice device)
{
    private const double Least = RecipeReference.Least;

    /// <summary>
    /// Of a row's tolerance, which is the loss's: terms move against each other and were seen up to 12.2 of it off. No
    /// term may be off by more than three times what the loss may be.
    /// </summary>
    private const double TermTolerance = 20;

    /// <summary>
    /// Of a row's tolerance: a rate is over the length of a gradient, which near a minimum is what large terms leave.
    /// </summary>
    private const double RateTolerance = 5;

    /// <summary>A term below this share of the loss is compared with this share: at the start, content is 0.</summary>
    private const double NegligibleShare = 1e-6;

    /// <summary>Beyond this sensitivity a run is chaotic, and its rows say nothing.</summary>
    private const double Chaos = 0.1;

    private readonly Engine _engine = device.Engine;

    /// <summary>
    /// Each case with the number of its rows that say something: the others come after rounding, magnified from step
    /// to step, has led elsewhere; see <see cref="RecipeReference"/>.
    /// </summary>
    public static TheoryData<string, int> ComparableRows => new()
    {
        { "keras", 16 },
        { "keras_average_pooling", 20 },
        { "balanced", 20 },
        { "balanced_destriped", 20 },
        { "balanced_average_pooling", 20 },
        { "balanced_max_pooling", 20 },
        { "balanced_two_styles", 20 },
        { "balanced_normalized", 20 },
        { "balanced_continued", 20 },
        { "balanced_masks", 20 },
        { "average", 20 },
        { "average_noise", 20 },
        { "painting", 4 },
        { "painting_masks", 4 },
        { "gatys", 10 },
        { "gatys_two_styles", 10 },
        { "gatys_adam", 18 },
        { "gatys-paper", 5 },
        { "tensorflow", 20 },
        { "tensorflow_wolfe", 20 },
        { "multiscale", 6 },
        { "multiscale_two_styles", 6 },
        { "multiscale_average_pooling", 20 },
        { "multiscale_masks_average_pooling", 12 },
    };

    public static TheoryData<string> Cases => [.. ComparableRows.Select(row => (string)row[0])];

    [Fact]
    public void Every_preset_has_a_reference() =>
        Assert.Empty(Presets.All.Select(preset => preset.Name).Except(ComparableRows.Select(row => (string)row[0])));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evaluate_agrees_with_the_reference(string caseName)
    {
        var reference = new RecipeReference(caseName);
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, reference.Recipe, [reference.Pictures]);
        Evaluation evaluation = job.Evaluate();

        AssertRow(reference, 0, evaluation.Losses, Least);
        Closeness.Close(
            reference.Layers, [.. evaluation.StyleByLayer.Values.Select(value => (float)value)], Least);
        double error = Closeness.RelativeL2(reference.Gradient, evaluation.Gradient);
        Assert.True(
            error <= Least, $"Gradient: relative L2 error {error:g3}, {Least:g3} is allowed.");
    }

    [Theory]
    [MemberData(nameof(ComparableRows))]
    public void Steps_agree_with_the_reference(string caseName, int rows)
    {
        var reference = new RecipeReference(caseName);
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, reference.Recipe, [reference.Pictures]);
        var reports = new List<IterationReport>();
        RunResult result = job.Run(new RunObserver { Iteration = reports.Add });

        Assert.Equal(Enumerable.Range(0, RecipeReference.Steps), reports.Select(report => report.Iteration));
        Assert.Equal((RecipeReference.Steps, false), (result.Iterations, result.Interrupted));
        foreach (IterationReport report in reports.Take(rows))
        {
            double tolerance = reference.ToleranceOf(report.Iteration);
            Assert.True(tolerance <= Chaos, $"Row {report.Iteration} says nothing: {tolerance:g3} apart is allowed.");
            AssertRow(reference, report.Iteration, report.Losses, tolerance);
            Closeness.Close(
                reference.Row(report.Iteration).LearningRate, report.LearningRate, RateTolerance * tolerance);
        }
    }

    [Theory]
    [InlineData("keras_average_pooling")]
    [InlineData("balanced")]
    [InlineData("tensorflow")]
    [InlineData("multiscale_average_pooling")]
    public void The_result_agrees_with_the_reference(string caseName)
    {
        var reference = new RecipeReference(caseName);
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, reference.Recipe, [reference.Pictures]);
        float[] variable = PictureVariable.FromLevels(job.Run(new RunObserver()).Picture, reference.Recipe.Space);
        double error = Closeness.RelativeL2(reference.Result, variable);
        Assert.True(
            error <= reference.ResultTolerance,
            $"Relative L2 error {error:g3}, {reference.ResultTolerance:g3} is allowed.");
    }

    /// <summary>The average and Adam's moments.</summary>
    [Fact]
    public void Scales_hand_over_what_the_reference_does()
    {
        Fixture fixture = Fixture.Open("recipe", "multiscale_two_scales");
        NpyFile small = fixture["content_small"];
        var reference = new RecipeReference("multiscale");
        Recipe recipe = reference.Recipe.WithIterations(10) with { Scales = new ScaleRule(1, LaterIterations: 10) };
        ScalePictures coarse = reference.Pictures with
        {
            Content = new RgbPicture(small.Shape[0], small.Shape[1], small.ToSingle()),
        };
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [coarse, reference.Pictures]);
        var reports = new List<IterationReport>();
        RunResult result = job.Run(new RunObserver { Iteration = reports.Add });

        double[] trace = fixture["trace"].Values;
        int columns = fixture["trace"].Shape[1];
        Assert.Equal(20, reports.Count);
        for (int row = 0; row < reports.Count; row++)
        {
            double tolerance = row < 3 ? Least : RecipeReference.Tolerance(fixture["sensitivity"].Values[^1]);
            Closeness.Close(trace[row * columns], reports[row].Losses.Total, tolerance);
            Closeness.Close(trace[row * columns + columns - 1], reports[row].LearningRate, tolerance);
        }
        double error = Closeness.RelativeL2(
            fixture["average"].Values, PictureVariable.FromLevels(result.Picture, recipe.Space));
        double allowed = RecipeReference.Tolerance(fixture["picture_sensitivity"].Values[0]);
        Assert.True(error <= allowed, $"Relative L2 error {error:g3}, {allowed:g3} is allowed.");
    }

    [Fact]
    public void The_same_run_gives_the_same_bits()
    {
        var reference = new RecipeReference("balanced");
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, reference.Recipe, [reference.Pictures]);
        Assert.Equal(
            job.Run(new RunObserver()).Picture.Values,
            job.Run(new RunObserver()).Picture.Values);
    }

    private static void AssertRow(RecipeReference reference, int row, LossValues actual, double tolerance)
    {
        (double loss, double content, double style, double totalVariation, _) = reference.Row(row);
        Check("loss", loss, actual.Total, tolerance);
        Check("content", content, actual.Content, TermTolerance * tolerance);
        Check("style", style, actual.Style, TermTolerance * tolerance);
        Check("total variation", totalVariation, actual.TotalVariation, TermTolerance * tolerance);

        void Check(string name, double expected, double value, double relative)
        {
            double absolute = Math.Min(
                3 * tolerance * Math.Abs(loss),
                relative * Math.Max(Math.Abs(expected), NegligibleShare * Math.Abs(loss)));
            Assert.True(
                Math.Abs(value - expected) <= absolute,
                $"Row {row}: {name} is {value:g9}, the reference {expected:g9}; {absolute:g3} apart is allowed.");
        }
    }
}
