using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.StyleTransfer.Tests.Pictures;

[Collection(TestDevice.Collection)]
public sealed class StyleMaskTests(TestDevice device)
{
    /// <summary>Features and Gram matrices in float32; some sums cancel.</summary>
    private const double Tolerance = 1e-4;

    private readonly Engine _engine = device.Engine;
    private readonly ScalePictures _pictures = new RecipeReference("balanced_two_styles").Pictures;

    private int Height => _pictures.Content.Height;

    private int Width => _pictures.Content.Width;

    [Theory]
    [InlineData("balanced")]
    [InlineData("keras")]
    [InlineData("multiscale")]
    public void An_even_mask_changes_nothing(string preset)
    {
        StylePicture style = _pictures.Styles[0];
        Evaluation plain = Evaluate(Recipe(preset), style);
        Evaluation masked = Evaluate(Recipe(preset), style with { Mask = Mask((_, _) => 0.5f) });
        Closeness.Close(plain.Losses.Style, masked.Losses.Style, Tolerance);
        double[] expected = Array.ConvertAll(plain.Gradient, value => (double)value);
        Assert.True(Closeness.RelativeL2(expected, masked.Gradient) < Tolerance);
    }

    [Fact]
    public void Each_style_is_compared_with_its_part()
    {
        // Σ over styles of share · Σ (G − Gt)² / C², G = s·(T·F)ᵀ(T·F), s = 1/(C·M), T² summing to M.
        Recipe recipe = Recipe("gatys") with
        {
            Style = new GramStyleLoss(
                [new LayerWeight("block1_conv1", 0.5), new LayerWeight("block3_conv1", 2)], 7,
                GramNormalization.Elements, StyleNormalization.Mean),
        };
        StyleMask left = Mask((_, x) => Math.Max(0, 1 - 2f * x / Width)), top = Mask((y, _) => y < 11 ? 1 : 0.25f);
        StylePicture[] styles =
            [_pictures.Styles[0] with { Weight = 3, Mask = left }, _pictures.Styles[1] with { Weight = 1, Mask = top }];
        Evaluation evaluation = Evaluate(recipe, styles);

        using var network = new VggNetwork(_engine, SmallVgg.Weights, recipe.Network, recipe.Layers());
        foreach (LayerWeight layer in recipe.Style.Layers)
        {
            double expected = 0;
            foreach (StylePicture style in styles)
            {
                double[] gram = Gram(network, layer.Layer, _pictures.Content, style.Mask);
                double[] target = Gram(network, layer.Layer, style.Picture, null);
                expected += style.Weight / 4 * 7 * layer.Weight
                    * gram.Zip(target, (a, b) => (a - b) * (a - b)).Sum() / gram.Length;
            }
            Closeness.Close(expected, evaluation.StyleByLayer[layer.Layer], Tolerance);
        }
    }

    [Fact]
    public void No_gradient_comes_from_where_the_mask_is_black()
    {
        Recipe recipe = Recipe("keras") with
        {
            Content = Presets.Keras.Content with { Weight = 0 },
            Style = Presets.Keras.Style with { Layers = LayerWeight.Each(1, "block1_conv2") },
            TotalVariation = null,
        };
        // Two convolutions of 3×3 see two pixels further.
        const int Edge = 12;
        float[] gradient = Evaluate(
            recipe, _pictures.Styles[0] with { Mask = Mask((_, x) => x < Edge ? 1 : 0) }).Gradient;
        for (int i = 0; i < gradient.Length; i++)
        {
            if (i / 3 % Width >= Edge + 2)
                Assert.Equal(0, gradient[i]);
        }
        Assert.Contains(gradient, value => value != 0);
    }

    [Fact]
    public void A_layer_that_nothing_of_a_mask_reaches_is_left_out()
    {
        // The last row and column are odd at some pool, and dropped.
        Evaluation evaluation = Evaluate(Recipe("balanced"), _pictures.Styles[0] with
        {
            Mask = Mask((y, x) => y == Height - 1 && x == Width - 1 ? 1 : 0),
        });
        Assert.Equal(0, evaluation.StyleByLayer["block5_conv1"]);
        Assert.True(evaluation.StyleByLayer["block1_conv1"] > 0);
        Assert.All(evaluation.Gradient, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Evaluate(
            Recipe("balanced"), _pictures.Styles[0] with { Mask = new StyleMask(2, 3, [1, 1, 1, 1, 1, 1]) }));
        Assert.Equal($"A style's mask is 3×2, but the content is {Width}×{Height}.", refusal.Message);
    }

    [Theory]
    [InlineData(1, 2, new float[] { 1 }, "A mask of 2×1 has 2 values, not 1.")]
    [InlineData(1, 1, new float[] { 1.5f }, "A mask's values must be from 0 to 1.")]
    [InlineData(1, 1, new float[] { float.NaN }, "A mask's values must be from 0 to 1.")]
    [InlineData(1, 1, new float[] { 0 }, "A mask that is 0 everywhere leaves its style no place.")]
    public void A_mask_that_is_none_is_refused(int height, int width, float[] values, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new StyleMask(height, width, values)).Message);

    private static Recipe Recipe(string preset) =>
        Presets.Find(preset) with { Start = new StartPicture(StartKind.Content) };

    private StyleMask Mask(Func<int, int, float> value) => new(Height, Width,
        [.. Enumerable.Range(0, Height * Width).Select(i => value(i / Width, i % Width))]);

    private Evaluation Evaluate(Recipe recipe, params StylePicture[] styles)
    {
        using var job = new StyleTransferJob(
            _engine, SmallVgg.Weights, recipe, [new ScalePictures(_pictures.Content, styles)]);
        return job.Evaluate();
    }

    /// <summary>The guided Gram matrix over C·M in double precision, from features of the device.</summary>
    private double[] Gram(VggNetwork network, string layer, RgbPicture picture, StyleMask? mask)
    {
        using FeatureExtractor extractor = FeatureExtractor.Run(_engine, network, picture, [layer]);
        TensorShape shape = extractor.ShapeOf(layer);
        float[] features = extractor.Features(layer);
        double[] weights = new double[shape.Pixels];
        int side = picture.Height / shape.Height;
        for (int y = 0; y < shape.Height; y++)
        {
            for (int x = 0; x < shape.Width; x++)
                weights[y * shape.Width + x] = mask is null ? 1 : Average(mask, y * side, x * side, side);
        }
        double squares = weights.Sum(weight => weight * weight);
        double[] gram = new double[shape.Channels * shape.Channels];
        for (int p = 0; p < shape.Pixels; p++)
        {
            for (int i = 0; i < gram.Length; i++)
            {
                gram[i] += weights[p] * weights[p] * features[p * shape.Channels + i / shape.Channels]
                    * features[p * shape.Channels + i % shape.Channels] / squares / shape.Channels;
            }
        }
        return gram;
    }

    private static double Average(StyleMask mask, int top, int left, int side)
    {
        double sum = 0;
        for (int y = top; y < top + side; y++)
        {
            for (int x = left; x < left + side; x++)
                sum += mask.Values[y * mask.Width + x];
        }
        return sum / (side * side);
    }
}
