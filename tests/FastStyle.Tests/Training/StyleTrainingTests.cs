using IlgpuStyle.FastStyle.Onnx;
using IlgpuStyle.FastStyle.Training;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.FastStyle.Tests.Training;

[Collection(TestDevice.Collection)]
public sealed class StyleTrainingTests(TestDevice device)
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    [Fact]
    public void Training_lowers_the_loss_of_photographs_that_it_never_sees()
    {
        using StyleTraining training = TrainingFixture.Create(device, TrainingFixture.Recipe(iterations: 40));
        var judgements = new List<Judgement>();
        RunResult result = training.Run(new RunObserver(), judgements.Add, saved: null, default);
        Assert.Equal((40, false, null), (result.Iterations, result.Interrupted, result.StopReason));
        Assert.Equal(Enumerable.Range(0, 21).Select(i => 2 * i), judgements.Select(judgement => judgement.Iterations));
        Assert.InRange(training.Best.Loss, 0, 0.7 * judgements[0].Loss);
        Assert.Equal(judgements.Min(judgement => judgement.Loss), training.Best.Loss);
    }

    /// <summary>What is kept makes the picture that the run hands over.</summary>
    [Fact]
    public void The_best_network_is_the_result()
    {
        using StyleTraining training = TrainingFixture.Create(device, TrainingFixture.Recipe(iterations: 12));
        RunResult result = training.Run(new RunObserver(), _ => { }, saved: null, default);
        StyleNetwork best = training.ReadBest(NoMetadata);
        float[] photograph = TrainingFixture.Pictures.HeldOut[1].Values;
        double[] expected = NetworkReference.Run(
            best, photograph, TrainingFixture.Side, TrainingFixture.Side).Values;
        // The second of two that stand side by side.
        int row = 3 * TrainingFixture.Side;
        float[] actual =
        [
            .. Enumerable.Range(0, TrainingFixture.Side)
                .SelectMany(y => result.Picture.Values.Skip((2 * y + 1) * row).Take(row)),
        ];
        Closeness.Within(expected, actual, 0.02);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_that_is_stopped_and_goes_on_has_the_same_bits(int batch)
    {
        Recipe recipe = TrainingFixture.Recipe(iterations: 9);
        byte[] whole = Train(saved: null, stopAfter: 9, out _);
        byte[] part = Train(saved: null, stopAfter: 5, out SavedRun? stopped);
        Assert.NotEqual(whole, part);
        Assert.Equal(whole, Train(stopped, stopAfter: 9, out _));

        byte[] Train(SavedRun? saved, int stopAfter, out SavedRun? kept)
        {
            using StyleTraining training = TrainingFixture.Create(device, recipe, batch: batch);
            using var cancellation = new CancellationTokenSource();
            SavedRun? last = null;
            RunResult result = training.Run(
                new RunObserver
                {
                    CheckpointIsDue = steps =>
                    {
                        if (steps == stopAfter)
                            cancellation.Cancel();
                        return false;
                    },
                    Checkpoint = checkpoint =>
                    {
                        var values = checkpoint.State.ToDictionary(entry => entry.Name, entry => entry.Read());
                        last = new SavedRun(0, [], entry => values[entry.Name]);
                    },
                },
                _ => { }, saved, cancellation.Token);
            Assert.Equal(stopAfter, result.Iterations);
            kept = last;
            using var file = new MemoryStream();
            NetworkFile.Write(file, training.ReadBest(NoMetadata));
            return file.ToArray();
        }
    }

    [Fact]
    public void Losses_that_are_not_finite_lead_back_to_the_best_network_at_half_the_rate()
    {
        // Adam's first steps are as long as the rate, whatever the gradient: this one leaves float32.
        Recipe recipe = TrainingFixture.Recipe(iterations: 20) with { LearningRate = new LearningRate(1e30) };
        using StyleTraining training = TrainingFixture.Create(device, recipe);
        var diverged = new List<DivergenceReport>();
        double first = double.NaN;
        Assert.Throws<LossNotFiniteException>(() => training.Run(
            new RunObserver { Diverged = diverged.Add },
            judgement => first = judgement.Iterations == 0 ? judgement.Loss : first, saved: null, default));
        Assert.Equal(8, diverged.Count);
        Assert.Equal(
            diverged.Select((_, i) => 0.5e30 / Math.Pow(2, i)), diverged.Select(report => report.LearningRate));
        Assert.Equal(first, training.Best.Loss);
    }

    /// <summary>One photograph makes everything NaN when it is drawn first.</summary>
    [Fact]
    public void A_training_that_went_back_goes_on_from_the_best_network_without_moments()
    {
        const int At = 11;
        bool isDamaged = true;
        TrainingPictures pictures = TrainingFixture.Pictures with
        {
            Photograph = number =>
            {
                RgbPicture photograph = TrainingFixture.Pictures.Photograph(number);
                if (number == At && isDamaged)
                {
                    isDamaged = false;
                    Array.Fill(photograph.Values, float.NaN);
                }
                return photograph;
            },
        };
        using StyleTraining training = TrainingFixture.Create(
            device, TrainingFixture.Recipe(iterations: 20), pictures: pictures);
        var diverged = new List<DivergenceReport>();
        double[] progress = [];
        RunResult result = training.Run(
            new RunObserver
            {
                Diverged = diverged.Add,
                Checkpoint = checkpoint => progress =
                    (double[])checkpoint.State.Single(entry => entry.Name == "progress").Read(),
            },
            _ => { }, saved: null, default);
        Assert.Equal((20, At), (result.Iterations, Assert.Single(diverged).Iteration));
        // Iterations, halvings of the rate, Adam's steps since.
        Assert.Equal([20, 1, 20 - At], progress[..3]);
        Assert.InRange(training.Best.Iterations, At + 1, 20);
    }

    [Fact]
    public void Steps_that_spoil_the_network_leave_the_best_one()
    {
        using StyleTraining trained = TrainingFixture.Create(device, TrainingFixture.Recipe(iterations: 40));
        _ = trained.Run(new RunObserver(), _ => { }, saved: null, default);
        StyleNetwork start = trained.ReadBest(NoMetadata);
        using StyleTraining spoiling = TrainingFixture.Create(
            device, TrainingFixture.Recipe(iterations: 4) with { LearningRate = new LearningRate(10) }, start);
        var judgements = new List<Judgement>();
        _ = spoiling.Run(new RunObserver(), judgements.Add, saved: null, default);
        Assert.All(judgements.Skip(1), judgement => Assert.True(judgement.Loss > judgements[0].Loss));
        Assert.Equal(Weights(start), Weights(spoiling.ReadBest(NoMetadata)));

        static float[] Weights(StyleNetwork network) =>
            [.. network.Layers.OfType<ConvolutionLayer>().SelectMany(layer => layer.Weights)];
    }

    [Fact]
    public void Each_step_draws_the_next_photographs()
    {
        var drawn = new List<int>();
        TrainingPictures pictures = TrainingFixture.Pictures with
        {
            Photograph = number =>
            {
                drawn.Add(number);
                return TrainingFixture.Pictures.Photograph(number);
            },
        };
        using StyleTraining training = TrainingFixture.Create(
            device, TrainingFixture.Recipe(iterations: 3), batch: 2, pictures: pictures);
        _ = training.Run(new RunObserver(), _ => { }, saved: null, default);
        Assert.Equal([0, 1, 2, 3, 4, 5], drawn[^6..]);
    }

    [Fact]
    public void A_network_that_is_damaged_is_refused()
    {
        StyleNetwork network = TrainingFixture.Network();
        var damaged = new StyleNetwork(
            [.. network.Layers.Select(layer => layer is ConvolutionLayer { Name: "conv2" } last
                ? last with { Bias = [float.NaN, 0, 0] }
                : layer)],
            network.Metadata);
        using StyleTraining training = TrainingFixture.Create(device, TrainingFixture.Recipe(4), damaged);
        Assert.Contains("even without a step", Assert.Throws<LossNotFiniteException>(
            () => training.Run(new RunObserver(), _ => { }, saved: null, default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plateau_ends_the_training()
    {
        // No weight changes at this rate.
        Recipe recipe = TrainingFixture.Recipe(iterations: 40) with { LearningRate = new LearningRate(1e-30) };
        using StyleTraining training = TrainingFixture.Create(device, recipe);
        RunResult result = training.Run(new RunObserver(), _ => { }, saved: null, default);
        Assert.Equal((false, 0), (result.Interrupted, training.Best.Iterations));
        Assert.Contains("no lower for", result.StopReason, StringComparison.Ordinal);
        Assert.InRange(result.Iterations, 1, 39);
    }

    [Fact]
    public void A_training_that_is_stopped_hands_over_the_best_network_so_far()
    {
        using StyleTraining training = TrainingFixture.Create(device, TrainingFixture.Recipe(iterations: 1000));
        using var cancellation = new CancellationTokenSource();
        RunResult result = training.Run(
            new RunObserver
            {
                CheckpointIsDue = steps =>
                {
                    if (steps == 30)
                        cancellation.Cancel();
                    return false;
                },
            },
            _ => { }, saved: null, cancellation.Token);
        Assert.Equal((true, 30, 30), (result.Interrupted, result.Iterations, training.Best.Iterations));
    }
}
