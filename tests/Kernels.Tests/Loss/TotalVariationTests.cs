using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Loss;

[Collection(TestDevice.Collection)]
public sealed class TotalVariationTests(TestDevice device)
{
    /// <summary>The exponent 1.25 takes two roots of a difference of pixels: a few more roundings than a sum.</summary>
    private const double Tolerance = 8 * Closeness.FewOperations;

    private readonly Engine _engine = device.Engine;

    public static TheoryData<string> Cases => [.. Fixture.Cases("total_variation")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_agree_with_reference(string name)
    {
        Fixture fixture = Fixture.Open("total_variation", name);
        TotalVariationForm form = FormOf(name);
        float weight = (float)fixture["weight"].Scalar;
        using Tensor picture = device.Upload(fixture["input"]);
        using DeviceArray losses = device.Poisoned(2);
        using Tensor gradient = device.Poisoned(picture.Shape);

        new TotalVariationForward(_engine).Launch(picture, form, losses, 1, weight);
        Closeness.Close(fixture["loss"].Scalar, losses.ToArray()[1], Closeness.TreeSumOf(picture.Shape.Length));

        var backward = new TotalVariationBackward(_engine);
        backward.Launch(picture, form, gradient, weight, GradientWrite.Assign);
        float[] once = gradient.ToArray();
        Closeness.Close(fixture["input_gradient"].Values, once, Tolerance);
        backward.Launch(picture, form, gradient, weight, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradient.ToArray());
        BorderTests.AssertBorderIsZero(gradient);
    }

    [Theory]
    [InlineData(TotalVariationForm.Power)]
    [InlineData(TotalVariationForm.Absolute)]
    [InlineData(TotalVariationForm.MeanSquared)]
    [InlineData(TotalVariationForm.DiagonalMeanSquared)]
    public void One_pixel_does_not_vary(TotalVariationForm form)
    {
        using Tensor picture = device.Upload(new TensorShape(1, 1, 3), [10, 20, 30]);
        using DeviceArray losses = device.Poisoned(1);
        using Tensor gradient = device.Poisoned(picture.Shape);
        new TotalVariationForward(_engine).Launch(picture, form, losses, 0, 1);
        new TotalVariationBackward(_engine).Launch(picture, form, gradient, 1, GradientWrite.Assign);
        Assert.Equal([0f], losses.ToArray());
        Assert.Equal([0f, 0f, 0f], gradient.ToArray());
    }

    /// <summary>Stripes one pixel wide, whose neighbours in a row all differ by 1.</summary>
    [Theory]
    [InlineData(53, 71)]
    [LargeInlineData(6_300_000, 1500, 1400)] // More pixels than a round of all groups takes.
    public void Stripes_vary_as_they_are_many(int height, int width)
    {
        const int Channels = 3;
        var shape = new TensorShape(height, width, Channels);
        float[] values = new float[shape.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = i / Channels % width % 2;
        using Tensor picture = device.Upload(shape, values);
        double differences = width - 1;
        Check(TotalVariationForm.Power, Channels * (height - 1) * differences);
        Check(TotalVariationForm.Absolute, Channels * height * differences);
        Check(TotalVariationForm.MeanSquared, 1);
        Check(
            TotalVariationForm.DiagonalMeanSquared,
            2.0 / 3 * differences / width + 2.0 / 12 * 2 * differences / (width + 1));

        void Check(TotalVariationForm form, double expected)
        {
            using DeviceArray losses = device.Poisoned(1);
            new TotalVariationForward(_engine).Launch(picture, form, losses, 0, 1);
            Closeness.Close(expected, losses.ToArray()[0], Closeness.TreeSumOf(shape.Length));
        }
    }

    /// <summary>The form that the fixture's name begins with: power_, absolute_, mean_squared_, ….</summary>
    private static TotalVariationForm FormOf(string name) => name.Split('_')[0] switch
    {
        "power" => TotalVariationForm.Power,
        "absolute" => TotalVariationForm.Absolute,
        "mean" => TotalVariationForm.MeanSquared,
        "diagonal" => TotalVariationForm.DiagonalMeanSquared,
        _ => throw new ArgumentException($"No form of total variation for the fixture {name}."),
    };
}
