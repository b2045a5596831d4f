using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests;

[Collection(TestDevice.Collection)]
public sealed class StyleTransferJobTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;
    private readonly RecipeReference _balanced = new("balanced");

    [Fact]
    public void A_cancelled_run_finishes_its_step_and_hands_over_the_picture()
    {
        using StyleTransferJob job = Job(_balanced.Recipe);
        using var cancellation = new CancellationTokenSource();
        RunResult result = job.Run(new RunObserver
        {
            Iteration = report =>
            {
                if (report.Iteration == 2)
                    cancellation.Cancel();
            },
        }, cancellation.Token);
        Assert.True(result.Interrupted);
        Assert.InRange(result.Iterations, 3, RecipeReference.Steps - 1);
        Assert.All(result.Picture.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_loss_that_is_no_longer_finite_ends_the_run_with_the_last_finite_picture()
    {
        Recipe recipe = new RecipeReference("keras").Recipe with { LearningRate = new LearningRate(1e30) };
        using StyleTransferJob job = Job(recipe);
        LossNotFiniteException exception = Assert.Throws<LossNotFiniteException>(() => job.Run(new RunObserver()));
        Assert.InRange(exception.Iteration, 1, 3);
        Assert.All(exception.LastFinitePicture.Values, value => Assert.True(float.IsFinite(value)));
        Assert.Contains("learning rate", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_handed_over_every_so_many_steps()
    {
        using StyleTransferJob job = Job(_balanced.Recipe);
        var steps = new List<int>();
        job.Run(new RunObserver
        {
            PictureEvery = 7,
            Picture = (done, picture) =>
            {
                steps.Add(done);
                Assert.Equal(_balanced.Pictures.Content.Values.Length, picture.Values.Length);
            },
        });
        Assert.Equal([7, 14], steps);
    }

    [Fact]
    public void A_memory_limit_is_kept_by_recomputation_and_changes_no_bit()
    {
        using var free = new StyleTransferJob(
            _engine, SmallVgg.Weights, _balanced.Recipe, [_balanced.Pictures], maxMemoryBytes: long.MaxValue);
        long limit = free.Plan.TotalBytes - free.Plan.GraphBytes / 3;
        using var limited = new StyleTransferJob(
            _engine, SmallVgg.Weights, _balanced.Recipe, [_balanced.Pictures], maxMemoryBytes: limit);
        Assert.True(limited.Plan.TotalBytes <= limit);
        Assert.True(limited.Plan.RecomputedShare is > 0 and < 0.5);
        Assert.Equal(free.Evaluate().Gradient, limited.Evaluate().Gradient);
        Assert.Equal(free.Run(new RunObserver()).Picture.Values, limited.Run(new RunObserver()).Picture.Values);
    }

    [Fact]
    public void A_layer_that_does_not_exist_is_refused()
    {
        Recipe recipe = _balanced.Recipe with
        {
            Content = _balanced.Recipe.Content with { Layers = LayerWeight.Each(1, "block6_conv1") },
        };
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Job(recipe));
        Assert.Contains("block6_conv1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_picture_of_another_size_is_refused()
    {
        Recipe recipe = _balanced.Recipe with { Start = new StartPicture(StartKind.Picture) };
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe,
            [_balanced.Pictures with { Start = new RgbPicture(2, 3, new float[18]) }]);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => job.Evaluate());
        Assert.Contains("3×2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_is_seeded()
    {
        Recipe recipe = _balanced.Recipe with { Start = new StartPicture(StartKind.Grey, NoiseLevels: 10) };
        Assert.Equal(Loss(seed: 1), Loss(seed: 1));
        Assert.NotEqual(Loss(seed: 1), Loss(seed: 2));

        double Loss(int seed)
        {
            using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [_balanced.Pictures], seed);
            return job.Evaluate().Losses.Total;
        }
    }

    private StyleTransferJob Job(Recipe recipe) => new(_engine, SmallVgg.Weights, recipe, [_balanced.Pictures]);
}
