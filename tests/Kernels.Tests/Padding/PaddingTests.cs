using IlgpuStyle.Kernels.Padding;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Padding;

[Collection(TestDevice.Collection)]
public sealed class PaddingTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(8);

    public static TheoryData<int, int, int> Sizes => new() { { 1, 1, 3 }, { 1, 5, 8 }, { 7, 4, 11 }, { 12, 17, 16 } };

    public static TheoryData<int, int, int, int> Reflections => new()
    {
        { 1, 1, 3, 0 }, { 2, 2, 8, 1 }, { 2, 5, 3, 1 }, { 5, 6, 11, 4 }, { 3, 4, 8, 2 }, { 12, 17, 16, 4 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Padding_repeats_the_edge(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = _random.Uniform(shape.Length);
        using Tensor input = device.Upload(shape, values);
        using Tensor output = device.Poisoned(ReplicatePadForward.Output(shape));
        new ReplicatePadForward(_engine).Launch(input, output);
        Assert.Equal(
            from y in Enumerable.Range(-1, height + 2)
            from x in Enumerable.Range(-1, width + 2)
            from c in Enumerable.Range(0, channels)
            select values[(Math.Clamp(y, 0, height - 1) * width + Math.Clamp(x, 0, width - 1)) * channels + c],
            output.ToArray());
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Padding_gathers_the_gradient_of_every_copy(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        TensorShape padded = ReplicatePadForward.Output(shape);
        float[] gradOutput = _random.Uniform(padded.Length);
        double[] expected = new double[shape.Length];
        for (int i = 0; i < gradOutput.Length; i++)
        {
            int pixel = i / channels;
            int y = Math.Clamp(pixel / padded.Width - 1, 0, height - 1);
            int x = Math.Clamp(pixel % padded.Width - 1, 0, width - 1);
            expected[(y * width + x) * channels + i % channels] += gradOutput[i];
        }
        BackwardChecks.AssignAddMask(device, padded, gradOutput, shape, expected, new ReplicatePadBackward(_engine).Launch);
    }

    [Theory]
    [MemberData(nameof(Reflections))]
    public void Reflection_repeats_all_but_the_edge(int height, int width, int channels, int padding)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = _random.Uniform(shape.Length);
        using Tensor input = device.Upload(shape, values);
        using Tensor output = device.Poisoned(ReflectPadForward.Output(shape, padding));
        new ReflectPadForward(_engine).Launch(input, output);
        int[] rows = Reflection(height, padding);
        int[] columns = Reflection(width, padding);
        Assert.Equal(
            from y in rows
            from x in columns
            from c in Enumerable.Range(0, channels)
            select values[(y * width + x) * channels + c],
            output.ToArray());
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(Reflections))]
    public void Reflection_gathers_the_gradient_of_every_image(int height, int width, int channels, int padding)
    {
        var shape = new TensorShape(height, width, channels);
        TensorShape padded = ReflectPadForward.Output(shape, padding);
        float[] gradOutput = _random.Uniform(padded.Length);
        int[] rows = Reflection(height, padding);
        int[] columns = Reflection(width, padding);
        double[] expected = new double[shape.Length];
        for (int i = 0; i < gradOutput.Length; i++)
        {
            int pixel = i / channels;
            (int y, int x) = (rows[pixel / padded.Width], columns[pixel % padded.Width]);
            expected[(y * width + x) * channels + i % channels] += gradOutput[i];
        }
        BackwardChecks.AssignAddMask(
            device, padded, gradOutput, shape, expected, new ReflectPadBackward(_engine).Launch);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Reflection_needs_more_pixels_than_it_adds(int padding)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => ReflectPadForward.Output(new TensorShape(4, 9, 8), padding));
        Assert.Contains("4×9×8", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(new TensorShape(10, 15, 8), ReflectPadForward.Output(new TensorShape(4, 9, 8), 3));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Cropping_takes_the_inside(int height, int width, int channels)
    {
        var inside = new TensorShape(height, width, channels);
        TensorShape shape = ReplicatePadForward.Output(inside);
        float[] values = _random.Uniform(shape.Length);
        using Tensor input = device.Upload(shape, values);
        using Tensor output = device.Poisoned(inside);
        new CropForward(_engine).Launch(input, output);
        Assert.Equal(
            from y in Enumerable.Range(1, height)
            from x in Enumerable.Range(1, width)
            from c in Enumerable.Range(0, channels)
            select values[(y * shape.Width + x) * channels + c],
            output.ToArray());
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Cropping_gives_the_rim_no_gradient(int height, int width, int channels)
    {
        var inside = new TensorShape(height, width, channels);
        TensorShape shape = ReplicatePadForward.Output(inside);
        float[] gradOutput = _random.Uniform(inside.Length);
        double[] expected = new double[shape.Length];
        for (int i = 0; i < gradOutput.Length; i++)
        {
            int pixel = i / channels;
            expected[((pixel / width + 1) * shape.Width + pixel % width + 1) * channels + i % channels] = gradOutput[i];
        }
        BackwardChecks.AssignAddMask(device, inside, gradOutput, shape, expected, new CropBackward(_engine).Launch);
    }

    [Theory]
    [InlineData(2, 9)]
    [InlineData(9, 2)]
    public void Nothing_is_left_of_two_rows_or_columns(int height, int width)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => CropForward.Output(new TensorShape(height, width, 8)));
        Assert.Contains($"{height}×{width}×8", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(new TensorShape(1, 1, 8), CropForward.Output(new TensorShape(3, 3, 8)));
    }

    /// <summary>Walks to the end and back: …2 1 0 1 2…</summary>
    private static int[] Reflection(int size, int padding)
    {
        var places = new List<int>();
        (int place, int step) = (padding, size == 1 ? 0 : padding == 0 ? 1 : -1);
        for (int i = 0; i < size + 2 * padding; i++)
        {
            places.Add(place);
            if (place + step < 0 || place + step >= size)
                step = -step;
            place += step;
        }
        return [.. places];
    }
}
