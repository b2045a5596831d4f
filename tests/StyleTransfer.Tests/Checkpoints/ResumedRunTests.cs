using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests.Checkpoints;

/// <summary>A run that goes on from a checkpoint is bit for bit the one that was never stopped.</summary>
[Collection(TestDevice.Collection)]
public sealed class ResumedRunTests(TestDevice device)
{
    private const int Iterations = 11; // Fewer than ten have no trend.
    private const int LaterIterations = 6;

    private readonly Engine _engine = device.Engine;

    public static TheoryData<string> Cases =>
    [
        "balanced", "keras", "average", "gatys", "gatys-paper", "tensorflow", "tensorflow_wolfe", "multiscale",
        "gatys_adam", "balanced_normalized", "balanced_two_styles", "balanced_masks",
        "multiscale_masks_average_pooling",
    ];

    public static TheoryData<string> Optimizers => [.. NamedOptimizer.All.Select(optimizer => optimizer.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_preset(string name)
    {
        var reference = new RecipeReference(name);
        Check(reference.Recipe with { Scales = null }, [reference.Pictures]);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_over_two_scales(string name)
    {
        var reference = new RecipeReference("balanced");
        Recipe recipe = NamedOptimizer.All.Single(optimizer => optimizer.Name == name).ApplyTo(reference.Recipe);
        // A history that is full before the end.
        if (recipe.Optimizer is LbfgsSettings settings)
            recipe = recipe with { Optimizer = settings with { History = 3 } };
        Check(
            recipe with { Scales = new ScaleRule(Smallest: 1, LaterIterations), Clamp = name != "lbfgs-wolfe" },
            [reference.Pictures, reference.Pictures with { Content = Larger(reference.Pictures.Content) }]);
    }

    /// <summary>Where the history lies changes nothing; a history that is full before the end.</summary>
    [Theory]
    [InlineData(LineSearch.None)]
    [InlineData(LineSearch.StrongWolfe)]
    public void Pairs_on_the_host(LineSearch search)
    {
        var reference = new RecipeReference("gatys");
        Recipe recipe = reference.Recipe with
        {
            Iterations = Iterations,
            Optimizer = new LbfgsSettings(History: 3, search),
        };
        MemoryForm[] onHost = [new MemoryForm(0, OptimizerOnHost: true)];
        Observed whole = Run(recipe, [reference.Pictures], saved: null);
        Observed sparing = Run(recipe, [reference.Pictures], saved: null, onHost);
        AssertEnd(whole, sparing, 0);
        AssertEnd(whole, Run(recipe, [reference.Pictures], sparing.Kept[6], onHost), sparing.Kept[6].Iterations);
    }

    [Theory]
    [InlineData(ResultPicture.Best)]
    [InlineData(ResultPicture.Average)]
    public void Every_kind_of_result(ResultPicture result)
    {
        var reference = new RecipeReference("tensorflow");
        Check(reference.Recipe with { Result = result }, [reference.Pictures]);
    }

    [Fact]
    public void A_run_whose_loss_has_diverged()
    {
        var reference = new RecipeReference("keras");
        Check(
            reference.Recipe with { LearningRate = new LearningRate(2e4), Scales = null },
            [reference.Pictures],
            observed => Assert.NotEmpty(observed.Divergences));
    }

    [Fact]
    public void More_iterations_than_were_asked_for_first()
    {
        var reference = new RecipeReference("balanced");
        Recipe recipe = reference.Recipe with { Iterations = Iterations };
        Observed few = Run(recipe with { Iterations = 4 }, [reference.Pictures], saved: null);
        Observed more = Run(recipe, [reference.Pictures], few.Kept.Single(kept => kept.Iterations == 4));
        AssertEnd(Run(recipe, [reference.Pictures], saved: null), more, 4);
    }

    private void Check(
        Recipe recipe, IReadOnlyList<ScalePictures> scales, Action<Observed>? also = null)
    {
        recipe = recipe with { Iterations = Iterations };
        Observed whole = Run(recipe, scales, saved: null);
        also?.Invoke(whole);
        int all = Iterations + (scales.Count - 1) * LaterIterations;
        Assert.Equal(all, whole.Result.Iterations);
        Assert.Equal(Enumerable.Range(1, all), whole.Kept.Select(kept => kept.Iterations).Distinct());
        foreach (Kept kept in whole.Kept.Where(kept => kept.Iterations % 4 != 0))
            AssertEnd(whole, Run(recipe, scales, kept), kept.Iterations);
    }

    private static void AssertEnd(Observed whole, Observed resumed, int done)
    {
        Assert.Equal(whole.Result.Picture.Values, resumed.Result.Picture.Values);
        Assert.Equal(whole.Result.Trend, resumed.Result.Trend);
        Assert.Equal(whole.Reports.Where(report => report.Iteration >= done), resumed.Reports);
        Assert.Equal(whole.Divergences.Where(report => report.Iteration > done), resumed.Divergences.Where(
            report => report.Iteration > done));
        foreach ((int step, float[] picture) in resumed.Pictures)
            Assert.Equal(whole.Pictures[step], picture);
        Assert.Equal(whole.Pictures.Keys.Where(step => step > done), resumed.Pictures.Keys.Where(step => step > done));
    }

    private Observed Run(
        Recipe recipe, IReadOnlyList<ScalePictures> scales, Kept? saved, IReadOnlyList<MemoryForm>? forms = null)
    {
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, scales, seed: 5, forms: forms);
        var observed = new Observed();
        observed.Result = job.Run(
            new RunObserver
            {
                // Times differ from run to run.
                Iteration = report => observed.Reports.Add(report with { Milliseconds = 0 }),
                PictureIsDue = done => done % 2 == 0,
                Picture = (step, picture) => observed.Pictures[step] = picture.Values,
                Diverged = observed.Divergences.Add,
                CheckpointIsDue = _ => true,
                Checkpoint = checkpoint => observed.Kept.Add(new Kept(
                    checkpoint.Scale, checkpoint.Iterations,
                    [.. observed.Reports.TakeLast(checkpoint.Steps).Select(report => report.Losses.Total)],
                    checkpoint.State.ToDictionary(entry => entry.Name, entry => (Array)entry.Read().Clone()))),
            },
            saved is null ? null : new SavedRun(
                saved.Scale, saved.Losses, entry => saved.Values[entry.Name]));
        return observed;
    }

    private static RgbPicture Larger(RgbPicture picture)
    {
        (int height, int width) = (picture.Height + 7, picture.Width + 5);
        return new RgbPicture(
            height, width, Interpolation.Bilinear(picture.Values, picture.Height, picture.Width, height, width));
    }

    private sealed record Kept(
        int Scale, int Iterations, double[] Losses, IReadOnlyDictionary<string, Array> Values);

    private sealed class Observed
    {
        public RunResult Result { get; set; } = null!;

        public List<IterationReport> Reports { get; } = [];

        public SortedDictionary<int, float[]> Pictures { get; } = [];

        public List<DivergenceReport> Divergences { get; } = [];

        public List<Kept> Kept { get; } = [];
    }
}
