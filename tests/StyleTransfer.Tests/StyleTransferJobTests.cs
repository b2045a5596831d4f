using System.Globalization;
using System.Text.RegularExpressions;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Tests;

[Collection(TestDevice.Collection)]
public sealed class StyleTransferJobTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;
    private readonly RecipeReference _balanced = new("balanced");

    /// <summary>Which step it is at when it is told of the third depends on how many it queues.</summary>
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

    /// <summary>Cancelled while steps are queued whose losses nobody has read, where steps are that quick.</summary>
    [Fact]
    public void A_cancelled_run_reports_every_step()
    {
        using StyleTransferJob job = Job(_balanced.Recipe);
        using var cancellation = new CancellationTokenSource();
        var reported = new List<int>();
        RunResult result = job.Run(new RunObserver
        {
            Iteration = report => reported.Add(report.Iteration),
            PictureIsDue = _ => true,
            Picture = (done, _) =>
            {
                if (done > reported.Count)
                    cancellation.Cancel();
            },
        }, cancellation.Token);
        Assert.Equal(Enumerable.Range(0, result.Iterations), reported);
    }

    [Fact]
    public void A_run_that_is_cancelled_in_its_first_step_does_no_other()
    {
        using StyleTransferJob job = Job(_balanced.Recipe);
        RunResult result = RunCancelledAfter(1, job);
        Assert.Equal((true, 1), (result.Interrupted, result.Iterations));
    }

    [Fact]
    public void A_run_that_is_cancelled_before_its_first_step_does_none()
    {
        using StyleTransferJob job = Job(_balanced.Recipe);
        Assert.Throws<OperationCanceledException>(() => job.Run(
            new RunObserver { TargetsComputed = _ => Assert.Fail("The targets are there.") },
            new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_run_that_is_cancelled_in_the_last_step_of_a_scale_does_not_begin_the_next()
    {
        Recipe recipe = _balanced.Recipe with
        {
            Iterations = 1,
            Scales = new ScaleRule(Smallest: 1, LaterIterations: 1),
        };
        using var job = new StyleTransferJob(
            _engine, SmallVgg.Weights, recipe, [_balanced.Pictures, _balanced.Pictures]);
        int targets = 0;
        RunResult result = RunCancelledAfter(1, job, new RunObserver { TargetsComputed = _ => targets++ });
        Assert.Equal((true, 1, 1), (result.Interrupted, result.Iterations, targets));
    }

    [Fact]
    public void A_run_that_is_cancelled_in_its_very_last_step_is_whole()
    {
        using StyleTransferJob job = Job(_balanced.Recipe with { Iterations = 1 });
        Assert.False(RunCancelledAfter(1, job).Interrupted);
    }

    [Fact]
    public void A_picture_of_another_shape_is_not_evaluated()
    {
        using StyleTransferJob job = Job(_balanced.Recipe);
        RgbPicture content = _balanced.Pictures.Content;
        string message = Assert.Throws<ArgumentException>(() => job.Evaluate(
            new RgbPicture(content.Width, content.Height, content.Values))).Message;
        Assert.Equal(
            $"The picture is {content.Height}×{content.Width}, but the content is {content.Width}×{content.Height}.",
            message);
    }

    [Fact]
    public void A_loss_that_is_no_longer_finite_ends_the_run_with_the_last_finite_picture()
    {
        Recipe recipe = new RecipeReference("keras").Recipe with { LearningRate = new LearningRate(1e30) };
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [_balanced.Pictures])
        {
            OnDivergence = DivergencePolicy.Stop,
        };
        LossNotFiniteException exception = Assert.Throws<LossNotFiniteException>(() => job.Run(new RunObserver()));
        Assert.Matches("at iteration [1-3]: lower --learning-rate, now 1E\\+30\\.$", exception.Message);
        Assert.All(exception.LastFinitePicture!.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_loss_that_is_no_longer_finite_is_tried_again_at_half_the_rate_from_the_best_picture()
    {
        var reference = new RecipeReference("keras");
        Recipe recipe = reference.Recipe with { LearningRate = new LearningRate(2e4), Iterations = 60 };
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [reference.Pictures]);
        var reports = new List<IterationReport>();
        var divergences = new List<DivergenceReport>();
        RunResult result = job.Run(new RunObserver { Iteration = reports.Add, Diverged = divergences.Add });
        Assert.InRange(divergences.Count, 1, 8);
        Assert.Equal(Enumerable.Range(0, 60), reports.Select(report => report.Iteration));
        for (int i = 0; i < divergences.Count; i++)
        {
            IterationReport again = reports[divergences[i].Iteration];
            Assert.Equal(2e4 / (2 << i), again.LearningRate, 1e-9);
            Assert.Equal(divergences[i].LearningRate, again.LearningRate);
            Assert.Equal(
                reports.Take(again.Iteration).Min(report => report.Losses.Total), again.Losses.Total, 1e-6);
        }
        Assert.All(result.Picture.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_loss_that_is_not_finite_at_a_later_scale_ends_the_run_with_what_that_started_from()
    {
        Recipe recipe = new RecipeReference("keras").Recipe with
        {
            LearningRate = new LearningRate(1e30),
            Iterations = 1,
            Scales = new ScaleRule(Smallest: 1, LaterIterations: 1),
        };
        using var job = new StyleTransferJob(
            _engine, SmallVgg.Weights, recipe, [_balanced.Pictures, _balanced.Pictures]);
        LossNotFiniteException exception = Assert.Throws<LossNotFiniteException>(() => job.Run(new RunObserver()));
        Assert.Contains("at iteration 1: lower --learning-rate", exception.Message, StringComparison.Ordinal);
        // Not the picture of zeros, which is one colour.
        Assert.True(exception.LastFinitePicture!.Values.Distinct().Count() > 3);
    }

    [Fact]
    public void A_gradient_that_overflows_is_blamed_on_the_weights()
    {
        using StyleTransferJob job = Job(
            _balanced.Recipe with { Style = _balanced.Recipe.Style with { Weight = 1e25 } });
        LossNotFiniteException exception = Assert.Throws<LossNotFiniteException>(() => job.Run(new RunObserver()));
        Assert.Equal(
            "The gradient overflows even without a step: lower --content-weight, --style-weight or --tv-weight.",
            exception.Message);
    }

    /// <summary>Its terms are at their minimum there, so that the first gradient is no measure.</summary>
    [Theory]
    [InlineData("a finished picture")]
    [InlineData("a picture of one colour")]
    [InlineData("the style itself")]
    [InlineData("a heavy content")]
    public void Balanced_does_not_run_away_from(string start)
    {
        RgbPicture content = _balanced.Pictures.Content;
        Recipe recipe = Presets.Balanced with { Iterations = 60, Scales = null };
        ScalePictures pictures = start switch
        {
            "a picture of one colour" => _balanced.Pictures with { Content = Grey(content) },
            "the style itself" => new ScalePictures(
                _balanced.Pictures.Styles[0].Picture, [new StylePicture(_balanced.Pictures.Styles[0].Picture)]),
            _ => _balanced.Pictures,
        };
        if (start == "a heavy content")
            recipe = recipe with { Content = recipe.Content with { Weight = 1000 } };
        if (start == "a finished picture")
        {
            using StyleTransferJob first = Job(recipe);
            pictures = pictures with { Start = first.Run(new RunObserver()).Picture };
            recipe = recipe with { Start = new StartPicture(StartKind.Picture) };
        }
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [pictures]);
        var losses = new List<double>();
        RunResult result = job.Run(new RunObserver { Iteration = report => losses.Add(report.Losses.Total) });
        // From the style itself there is nothing to gain: what it does is to stay near.
        Assert.True(
            losses[^1] <= (start == "the style itself" ? 1.5 : 1) * losses[0],
            $"The loss went from {losses[0]} to {losses[^1]}.");
        Assert.False(result.Trend!.IsWorse);

        static RgbPicture Grey(RgbPicture size)
        {
            float[] values = new float[size.Values.Length];
            Array.Fill(values, 128);
            return new RgbPicture(size.Height, size.Width, values);
        }
    }

    [Fact]
    public void A_loss_that_is_not_finite_without_a_step_is_blamed_on_the_weights()
    {
        using StyleTransferJob job = Job(
            _balanced.Recipe with { Content = _balanced.Recipe.Content with { Weight = 1e300 } });
        const string sentence = "The loss is not finite even without a step: lower --content-weight.";
        LossNotFiniteException exception = Assert.Throws<LossNotFiniteException>(() => job.Run(new RunObserver()));
        Assert.Equal(sentence, exception.Message);
        Assert.Null(exception.LastFinitePicture);
        Assert.Equal(sentence, Assert.Throws<LossNotFiniteException>(() => job.Evaluate()).Message);
    }

    /// <summary>Features of one colour do not vary: covariances of the ridge alone, and roots of these.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_black_picture_has_a_finite_loss_and_gradient(bool contentIsBlack, bool styleIsBlack)
    {
        var black = new RgbPicture(96, 128, new float[3 * 96 * 128]);
        ScalePictures pictures = _balanced.Pictures with
        {
            Content = contentIsBlack ? black : _balanced.Pictures.Content,
            Styles = [new StylePicture(styleIsBlack ? black : _balanced.Pictures.Styles[0].Picture)],
        };
        foreach (Vgg.Weights.VggWeights weights in (Vgg.Weights.VggWeights[])[SmallVgg.Weights, WideVgg.Weights])
        {
            using var job = new StyleTransferJob(
                _engine, weights, Presets.Multiscale with { Scales = null }, [pictures]);
            Evaluation evaluation = job.Evaluate();
            Assert.True(evaluation.Losses.Style >= 0, $"{evaluation.Losses}");
            Assert.All(evaluation.Gradient, value => Assert.True(float.IsFinite(value)));
        }
    }

    [Fact]
    public void Memory_is_asked_for_before_the_first_scale_and_the_size_that_is_advised_for_the_last_fits()
    {
        // Normalised gradients are not cut into bands, of which nearly any size fits.
        Recipe recipe = _balanced.Recipe with
        {
            NormalizeGradients = true,
            Scales = new ScaleRule(Smallest: 1, LaterIterations: 1),
        };
        ScalePictures[] scales = [_balanced.Pictures, _balanced.Pictures with { Content = Grey(96, 160) }];
        using var free = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, scales);
        long limit = free.Plan.WeightBytes + (free.Plan.TotalBytes - free.Plan.WeightBytes) / 3;
        using var limited = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, scales, maxMemoryBytes: limit);
        string message = Assert.Throws<DeviceException>(() => limited.Run(new RunObserver
        {
            Iteration = _ => Assert.Fail("The first scale was run."),
        })).Message;
        Match advice = Regex.Match(message, "--size ([0-9]+)x([0-9]+) instead of 160x96 would fit\\.$");
        Assert.True(advice.Success, message);
        scales[1] = _balanced.Pictures with
        {
            Content = Grey(Parse(advice.Groups[2]), Parse(advice.Groups[1])),
        };
        using var advised = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, scales, maxMemoryBytes: limit);
        Assert.InRange(advised.Plan.TotalBytes, limit / 2, limit);

        static int Parse(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Targets_are_reported_before_the_steps_of_each_scale()
    {
        Recipe recipe = _balanced.Recipe with
        {
            Iterations = 1,
            Scales = new ScaleRule(Smallest: 1, LaterIterations: 2),
        };
        using var job = new StyleTransferJob(
            _engine, SmallVgg.Weights, recipe,
            [_balanced.Pictures with { Content = Grey(32, 48) }, _balanced.Pictures with { Content = Grey(48, 72) }]);
        var told = new List<string>();
        job.Run(new RunObserver
        {
            TargetsComputed = targets =>
            {
                Assert.True(targets.Time > TimeSpan.Zero);
                told.Add($"targets {targets.Width}×{targets.Height}");
            },
            Iteration = report => told.Add($"step {report.Iteration}"),
        });
        Assert.Equal(["targets 48×32", "step 0", "targets 72×48", "step 1", "step 2"], told);
    }

    [Fact]
    public void Pictures_are_handed_over_every_so_many_steps()
    {
        using StyleTransferJob job = Job(_balanced.Recipe);
        var steps = new List<int>();
        job.Run(new RunObserver
        {
            PictureIsDue = done => done % 7 == 0,
            Picture = (done, picture) =>
            {
                steps.Add(done);
                Assert.Equal(_balanced.Pictures.Content.Values.Length, picture.Values.Length);
            },
        });
        Assert.Equal([7, 14], steps);
    }

    [Fact]
    public void Pictures_are_handed_over_at_the_ends_of_scales_too()
    {
        Recipe recipe = _balanced.Recipe with
        {
            Iterations = 4,
            Scales = new ScaleRule(Smallest: 1, LaterIterations: 4),
        };
        using var job = new StyleTransferJob(
            _engine, SmallVgg.Weights, recipe, [_balanced.Pictures, _balanced.Pictures]);
        var steps = new List<int>();
        job.Run(new RunObserver { PictureIsDue = done => done % 2 == 0, Picture = (done, _) => steps.Add(done) });
        Assert.Equal([2, 4, 6, 8], steps);
    }

    /// <summary>
    /// A large GPU's forms, with VGG19's own channels; the kernels' own tests compare each with its definition.
    /// </summary>
    [Theory]
    [InlineData("keras")]
    [InlineData("balanced")]
    public void A_GPUs_forms_give_the_plain_forms_loss_and_gradient(string preset)
    {
        Recipe recipe = Presets.Find(preset);
        using Engine engine = TestDevice.Open();
        Evaluation plain = Evaluate(recipe with
        {
            Network = recipe.Network with { Convolution = ConvolutionForm.Plain },
        });
        (engine.Class, engine.Multiprocessors) = (DeviceClass.Gpu, 132);
        Evaluation gpu = Evaluate(recipe);
        Assert.Equal(plain.Losses.Total, gpu.Losses.Total, 1e-4 * plain.Losses.Total);
        Closeness.Close(
            [.. plain.StyleByLayer.Values], [.. gpu.StyleByLayer.Values.Select(value => (float)value)], 1e-4);
        double error = Closeness.RelativeL2([.. plain.Gradient.Select(value => (double)value)], gpu.Gradient);
        Assert.True(error <= 1e-3, $"Relative L2 error {error:g3}.");

        Evaluation Evaluate(Recipe form)
        {
            using var job = new StyleTransferJob(engine, WideVgg.Weights, form, [WideVgg.Pictures]);
            return job.Evaluate();
        }
    }

    /// <summary>The loss of keras falls in each of these steps; at a rate of 1e4 it rises in the first.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1e4)]
    public void The_best_picture_is_the_last_of_a_falling_run_and_the_first_of_a_rising_one(double? rate)
    {
        var reference = new RecipeReference("keras");
        Recipe recipe = reference.Recipe with { Iterations = 3 };
        if (rate is { } rising)
            recipe = recipe with { LearningRate = new LearningRate(rising) };
        RunResult best = Run(recipe with { Result = ResultPicture.Best });
        RunResult last = Run(recipe);
        float[] expected = rate is null ? last.Picture.Values : reference.Pictures.Content.Values;
        Closeness.Within([.. expected.Select(level => (double)level)], best.Picture.Values, 1e-4);

        RunResult Run(Recipe run)
        {
            using var job = new StyleTransferJob(_engine, SmallVgg.Weights, run, [reference.Pictures]);
            return job.Run(new RunObserver());
        }
    }

    /// <summary>Bicubic interpolation overshoots at edges, by a tenth of the step.</summary>
    [Fact]
    public void A_later_scale_starts_within_the_displayable_range_where_the_recipe_clamps()
    {
        ScalePictures coarse = _balanced.Pictures with { Content = Checks(32, 48) };
        ScalePictures fine = _balanced.Pictures with { Content = Checks(45, 68) };
        // So small a rate that the first scale hands over its content.
        Recipe recipe = _balanced.Recipe with
        {
            Iterations = 1,
            LearningRate = new LearningRate(1e-30),
            Clamp = true,
            Scales = new ScaleRule(Smallest: 1, LaterIterations: 1),
        };
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [coarse, fine]);
        var losses = new List<double>();
        job.Run(new RunObserver { Iteration = report => losses.Add(report.Losses.Total) });

        float[] enlarged = Interpolation.Bicubic(coarse.Content.Values, 32, 48, 45, 68);
        Assert.True(enlarged.Min() < -10 && enlarged.Max() > 265);
        float[] clamped = Array.ConvertAll(enlarged, level => Math.Clamp(level, 0, 255));
        Closeness.Close(job.Evaluate(new RgbPicture(45, 68, clamped)).Losses.Total, losses[1], 1e-6);

        static RgbPicture Checks(int height, int width) => new(
            height, width,
            [.. Enumerable.Range(0, height * width * 3).Select(
                i => i / 3 / width / 8 % 2 == i / 3 % width / 8 % 2 ? 255f : 0f)]);
    }

    [Fact]
    public void A_memory_limit_is_kept_by_recomputation_and_changes_no_bit()
    {
        using var free = new StyleTransferJob(
            _engine, SmallVgg.Weights, _balanced.Recipe, [_balanced.Pictures], maxMemoryBytes: long.MaxValue);
        using StyleTransferJob limited = Limited(free.Plan.TotalBytes - 1);
        Assert.True(limited.Plan.RecomputedShare < 0.5);
        Assert.Equal(free.Evaluate().Gradient, limited.Evaluate().Gradient);
        Assert.Equal(free.Run(new RunObserver()).Picture.Values, limited.Run(new RunObserver()).Picture.Values);

        StyleTransferJob Limited(long limit)
        {
            var job = new StyleTransferJob(
                _engine, SmallVgg.Weights, _balanced.Recipe, [_balanced.Pictures], maxMemoryBytes: limit);
            Assert.True(job.Plan.TotalBytes <= limit);
            if (job.Plan.RecomputedShare > 0)
                return job;
            // Sharing alone, where there is a step between.
            job.Dispose();
            return Limited(job.Plan.TotalBytes - 1);
        }
    }

    /// <summary>A line search has evaluated where it stopped, but that is not where the picture is then.</summary>
    [Fact]
    public void A_clamped_picture_is_evaluated_anew_after_a_line_search()
    {
        Recipe recipe = new RecipeReference("tensorflow_wolfe").Recipe with { Clamp = true, Iterations = 3 };
        using StyleTransferJob job = Job(recipe);
        var losses = new List<double>();
        var pictures = new List<RgbPicture>();
        job.Run(new RunObserver
        {
            Iteration = report => losses.Add(report.Losses.Total),
            PictureIsDue = _ => true,
            Picture = (_, picture) => pictures.Add(picture),
        });
        Assert.Contains(pictures[0].Values, level => level is 0 or 255);
        for (int step = 1; step < 3; step++)
            Closeness.Close(job.Evaluate(pictures[step - 1]).Losses.Total, losses[step], 1e-5);
    }

    [Fact]
    public void What_is_evaluated_is_of_the_last_scales_size()
    {
        Recipe recipe = _balanced.Recipe with { Scales = new ScaleRule(Smallest: 1, LaterIterations: 1) };
        ScalePictures coarse = _balanced.Pictures with { Content = Grey(32, 40) };
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [coarse, _balanced.Pictures]);
        using StyleTransferJob last = Job(_balanced.Recipe);
        Assert.Equal(last.Evaluate().Gradient, job.Evaluate().Gradient);
    }

    [Fact]
    public void A_job_that_is_refused_leaves_nothing_on_the_device()
    {
        long before = _engine.AllocatedBytes;
        ScalePictures pictures = _balanced.Pictures with { Content = Grey(40, 8) };
        Assert.Throws<ArgumentException>(
            () => new StyleTransferJob(_engine, SmallVgg.Weights, _balanced.Recipe, [pictures]));
        Assert.Equal(before, _engine.AllocatedBytes);
    }

    /// <summary>Both covariances have the same ridge, here so large that the matrix roots converge.</summary>
    [Fact]
    public void A_picture_is_at_no_distance_from_its_own_style()
    {
        var reference = new RecipeReference("multiscale");
        Recipe recipe = reference.Recipe with
        {
            Style = (WassersteinStyleLoss)reference.Recipe.Style with { Ridge = 1e5 },
        };
        double other = StyleLossOf(reference.Pictures);
        Assert.True(other > 0);
        double own = StyleLossOf(reference.Pictures with { Styles = [new StylePicture(reference.Pictures.Content)] });
        Assert.InRange(own / other, -1e-3, 1e-3);

        double StyleLossOf(ScalePictures pictures)
        {
            using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [pictures]);
            return job.Evaluate().Losses.Style;
        }
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

    /// <summary>That of synthetic weights too: no function of the platform has a part in it.</summary>
    [Fact]
    public void Noise_has_the_same_bits_everywhere()
    {
        Recipe grey = _balanced.Recipe with { Start = new StartPicture(StartKind.Grey) };
        Recipe noisy = grey with { Start = grey.Start with { NoiseLevels = 10 } };
        float[] expected = StartVariable.Create(grey, _balanced.Pictures, seed: 3);
        double deviation = 10 * PictureVariable.UnitsPerLevel(grey.Space);
        var generator = new GaussianGenerator(3);
        for (int i = 0; i < expected.Length; i++)
            expected[i] += (float)(deviation * generator.NextGaussian());
        Assert.Equal(expected, StartVariable.Create(noisy, _balanced.Pictures, seed: 3));
    }

    /// <summary>Cancelled while the given step is at its end.</summary>
    private static RunResult RunCancelledAfter(int step, StyleTransferJob job, RunObserver? observer = null)
    {
        using var cancellation = new CancellationTokenSource();
        return job.Run(
            (observer ?? new RunObserver()) with
            {
                CheckpointIsDue = done =>
                {
                    if (done == step)
                        cancellation.Cancel();
                    return false;
                },
            },
            cancellation.Token);
    }

    private StyleTransferJob Job(Recipe recipe) => new(_engine, SmallVgg.Weights, recipe, [_balanced.Pictures]);

    private static RgbPicture Grey(int height, int width) => new(height, width, new float[height * width * 3]);
}
