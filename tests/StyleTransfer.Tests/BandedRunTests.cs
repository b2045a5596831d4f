using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Tests;

/// <summary>
/// In bands losses and gradients are those of the whole: sums in another order aside, with average pooling, which no
/// rounding tips.
/// </summary>
[Collection(TestDevice.Collection)]
public sealed class BandedRunTests(TestDevice device)
{
    private const int AllColumns = BandSize.AllColumns;
    private const double LossTolerance = 1e-6;
    private const double GradientTolerance = 1e-5;

    /// <summary>One layer's distance of covariances is a difference of traces, which rounding shows in.</summary>
    private const double LayerTolerance = 1e-5;

    private readonly Engine _engine = device.Engine;

    public static TheoryData<string, int, int> Cases => new()
    {
        { "balanced", 64, AllColumns },
        { "balanced", 16, 32 },
        { "keras", 32, AllColumns },
        { "average", 64, 64 },
        { "gatys", 16, AllColumns },
        { "gatys-paper", 128, AllColumns },
        { "tensorflow", 48, 80 },
        { "multiscale", 64, AllColumns },
        { "multiscale", 32, 48 },
        { "painting", 64, AllColumns },
        { "painting", 32, 48 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_and_gradient_are_those_of_the_whole(string preset, int rows, int columns) => Check(
        Recipe(preset), Pictures(141, 203, new StylePicture(Picture(117, 99, 2))), new BandSize(rows, columns));

    [Theory]
    [InlineData("balanced", 144, 208)]
    [InlineData("multiscale", 145, 129)]
    [InlineData("painting", 145, 129)]
    public void With_masks_and_several_styles_too(string preset, int height, int width)
    {
        float[] left = [.. Enumerable.Range(0, height * width).Select(i => i % width < width / 3 ? 1f : 0.2f)];
        float[] top = [.. Enumerable.Range(0, height * width).Select(i => i / width < height / 2 ? 0.9f : 0f)];
        Check(
            Recipe(preset),
            Pictures(
                height, width, new StylePicture(Picture(97, 130, 2), 2, new StyleMask(height, width, left)),
                new StylePicture(Picture(64, 70, 3), 1, new StyleMask(height, width, top))),
            new BandSize(32, 64));
    }

    /// <summary>Their windows reach beyond those of the band's own pixels.</summary>
    [Theory]
    [InlineData(141, 203, 16, 32)]
    [InlineData(144, 129, 64, AllColumns)]
    public void Pools_may_overlap(int height, int width, int rows, int columns)
    {
        Recipe recipe = Recipe("balanced");
        recipe = recipe with { Network = recipe.Network with { Pooling = Pooling.Binomial } };
        Check(recipe, Pictures(height, width, new StylePicture(Picture(117, 99, 2))), new BandSize(rows, columns));
    }

    [Fact]
    public void Pools_may_be_compared()
    {
        Recipe recipe = Recipe("balanced");
        recipe = recipe with
        {
            Content = recipe.Content with { Layers = LayerWeight.Each(1, "block3_pool", "block4_conv2") },
            Style = recipe.Style with { Layers = LayerWeight.Each(1, "block1_pool", "block2_conv2", "block4_pool") },
        };
        Check(recipe, Pictures(131, 99, new StylePicture(Picture(80, 90, 2))), new BandSize(32, 32));
    }

    [Fact]
    public void A_run_in_bands_takes_the_memory_of_its_plan_and_ends_as_the_whole_does()
    {
        Recipe recipe = Recipe("balanced") with { Iterations = 3 };
        ScalePictures[] scales = [Pictures(160, 190, new StylePicture(Picture(100, 100, 2)))];
        using Engine engine = TestDevice.Open();
        using var whole = new StyleTransferJob(engine, SmallVgg.Weights, recipe, scales);
        RgbPicture expected = whole.Run(new RunObserver()).Picture;
        using Engine other = TestDevice.Open();
        using StyleTransferJob banded = Limited(whole.Plan.TotalBytes - 1);
        RgbPicture result = banded.Run(new RunObserver()).Picture;
        Assert.Equal(banded.Plan.TotalBytes, other.PeakAllocatedBytes);
        Closeness.Close(Array.ConvertAll(expected.Values, value => (double)value), result.Values, 1e-3);

        StyleTransferJob Limited(long limit)
        {
            var job = new StyleTransferJob(other, SmallVgg.Weights, recipe, scales, maxMemoryBytes: limit);
            Assert.InRange(job.Plan.TotalBytes, 1, limit);
            if (job.Plan.Form.Bands is not null)
                return job;
            // What costs less comes first.
            job.Dispose();
            return Limited(job.Plan.TotalBytes - 1);
        }
    }

    [Fact]
    public void Normalised_gradients_are_not_cut()
    {
        Recipe recipe = Recipe("balanced") with { NormalizeGradients = true };
        using var job = new StyleTransferJob(
            _engine, SmallVgg.Weights, recipe, [Pictures(96, 128, new StylePicture(Picture(64, 64, 2)))],
            maxMemoryBytes: 1 << 20);
        Assert.Null(job.Plan.Form.Bands);
    }

    private void Check(Recipe recipe, ScalePictures pictures, BandSize bands)
    {
        Evaluation whole = Evaluate(recipe, pictures, new MemoryForm(0));
        Evaluation banded = Evaluate(recipe, pictures, new MemoryForm(1, bands));
        Closeness.Close(whole.Losses.Content, banded.Losses.Content, LossTolerance);
        Closeness.Close(whole.Losses.Style, banded.Losses.Style, LossTolerance);
        Closeness.Close(whole.Losses.TotalVariation, banded.Losses.TotalVariation, LossTolerance);
        Assert.All(
            whole.StyleByLayer, layer => Closeness.Close(layer.Value, banded.StyleByLayer[layer.Key], LayerTolerance));
        double distance = Closeness.RelativeL2(
            Array.ConvertAll(whole.Gradient, value => (double)value), banded.Gradient);
        Assert.True(distance < GradientTolerance, $"The gradient is {distance:g3} off.");
    }

    private Evaluation Evaluate(Recipe recipe, ScalePictures pictures, MemoryForm form)
    {
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [pictures], forms: [form]);
        Assert.Equal(form, job.Plan.Form);
        return job.Evaluate(Picture(pictures.Content.Height, pictures.Content.Width, 9));
    }

    private static Recipe Recipe(string preset)
    {
        Recipe recipe = Presets.Find(preset);
        return recipe with
        {
            Scales = null,
            Start = new StartPicture(StartKind.Content),
            Network = recipe.Network with { Pooling = Pooling.Average, Convolution = ConvolutionForm.Direct },
        };
    }

    private static ScalePictures Pictures(int height, int width, params StylePicture[] styles) =>
        new(Picture(height, width, 1), styles);

    /// <summary>Waves, so that neighbours are alike as in a photograph.</summary>
    private static RgbPicture Picture(int height, int width, int seed)
    {
        var random = new Random(seed);
        double[] phases = [.. Enumerable.Range(0, 6).Select(_ => 6 * random.NextDouble())];
        float[] values = new float[3 * height * width];
        for (int i = 0; i < values.Length; i++)
        {
            (int pixel, int c) = (i / 3, i % 3);
            (int y, int x) = (pixel / width, pixel % width);
            values[i] = (float)(127 + 60 * Math.Sin(y / 7.0 + phases[c])
                + 40 * Math.Sin(x / 5.0 + y / 11.0 + phases[c + 3]) + 20 * random.NextDouble());
        }
        return new RgbPicture(height, width, values);
    }
}
