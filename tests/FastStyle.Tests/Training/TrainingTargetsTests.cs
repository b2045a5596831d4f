using IlgpuStyle.FastStyle.Training;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.FastStyle.Tests.Training;

/// <summary>What the losses of a training compare with, and what they are divided by.</summary>
[Collection(TestDevice.Collection)]
public sealed class TrainingTargetsTests : IDisposable
{
    private const string Layer = "block2_conv1";

    private readonly TestDevice _device;
    private readonly Recipe _recipe = TrainingFixture.Recipe(iterations: 4);
    private readonly VggNetwork _vgg;

    public TrainingTargetsTests(TestDevice device)
    {
        _device = device;
        _vgg = new VggNetwork(device.Engine, SmallVgg.Weights, _recipe.Network, _recipe.Layers());
    }

    private static RgbPicture First => TrainingFixture.Pictures.Photograph(1);

    private static RgbPicture Second => TrainingFixture.Pictures.Photograph(2);

    public void Dispose() => _vgg.Dispose();

    [Fact]
    public void Several_styles_are_averaged_by_weight()
    {
        float[] first = Of([new StylePicture(First)], [Second]).Gram(Layer);
        float[] second = Of([new StylePicture(Second)], [First]).Gram(Layer);
        double[] expected = [.. first.Zip(second, (a, b) => (0.5 * a + 1.5 * b) / 2)];
        Closeness.Close(
            expected, Of([new StylePicture(First) { Weight = 0.5 }, new StylePicture(Second) { Weight = 1.5 }], [First])
                .Gram(Layer), 1e-6);
    }

    [Fact]
    public void Terms_are_divided_by_their_means_over_the_photographs()
    {
        StylePicture[] styles = [.. TrainingFixture.Pictures.Styles];
        TrainingTargets one = Of(styles, [First]);
        TrainingTargets other = Of(styles, [Second]);
        TrainingTargets both = Of(styles, [First, Second]);
        Assert.Equal(1, both.StyleFactor(Layer) * (1 / one.StyleFactor(Layer) + 1 / other.StyleFactor(Layer)) / 2, 6);
        const string Content = "block3_conv1";
        Assert.Equal(
            1, both.ContentFactor(Content) * (1 / one.ContentFactor(Content) + 1 / other.ContentFactor(Content)) / 2, 6);
    }

    /// <summary>A photograph that is the style has no distance to divide by.</summary>
    [Fact]
    public void No_style_term_is_divided_by_less_than_a_hundredth_of_the_styles_squares()
    {
        TrainingTargets targets = Of([new StylePicture(First)], [First]);
        double squares = targets.Gram(Layer).Sum(value => (double)value * value);
        Assert.Equal(1, targets.StyleFactor(Layer) * 0.01 * squares, 6);
    }

    private TrainingTargets Of(StylePicture[] styles, RgbPicture[] photographs) =>
        new(_device.Engine, _vgg, _recipe, styles, photographs, default);
}
