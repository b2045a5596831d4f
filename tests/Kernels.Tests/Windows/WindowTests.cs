using IlgpuStyle.Kernels.Windows;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Windows;

[Collection(TestDevice.Collection)]
public sealed class WindowTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(12);

    /// <summary>The whole, the window, its place, and its inner part.</summary>
    public static TheoryData<int, int, int, int, int, int, int, PixelRectangle> Cases => new()
    {
        { 9, 7, 3, 5, 4, 2, 1, new PixelRectangle(0, 0, 5, 4) },
        { 9, 7, 16, 5, 4, 4, 3, new PixelRectangle(1, 2, 3, 1) },
        { 9, 7, 8, 9, 7, 0, 0, new PixelRectangle(8, 0, 1, 7) },
    };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void A_window_has_the_sources_pixels_inside_and_zeros_outside(
        int height, int width, int channels, int windowHeight, int windowWidth, int row, int column,
        PixelRectangle inner)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = _random.Uniform(shape.Length);
        using Tensor source = device.Upload(shape, values);
        using Tensor window = device.Poisoned(new TensorShape(windowHeight, windowWidth, channels));
        new GatherWindow(_engine).Launch(source, row, column, window, inner);
        Assert.Equal(
            from y in Enumerable.Range(0, windowHeight)
            from x in Enumerable.Range(0, windowWidth)
            from c in Enumerable.Range(0, channels)
            select IsInside(inner, y, x) ? values[((y + row) * width + x + column) * channels + c] : 0,
            window.ToArray());
        BorderTests.AssertBorderIsZero(window);
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_inner_part_of_a_window_goes_to_its_place_and_the_rest_stays(
        int height, int width, int channels, int windowHeight, int windowWidth, int row, int column,
        PixelRectangle inner)
    {
        var windowShape = new TensorShape(windowHeight, windowWidth, channels);
        float[] values = _random.Uniform(windowShape.Length);
        var shape = new TensorShape(height, width, channels);
        float[] before = _random.Uniform(shape.Length);
        using Tensor window = device.Upload(windowShape, values);
        using Tensor target = device.Upload(shape, before);
        new ScatterWindow(_engine).Launch(window, inner, target, row, column);
        Assert.Equal(
            from y in Enumerable.Range(0, height)
            from x in Enumerable.Range(0, width)
            from c in Enumerable.Range(0, channels)
            select IsInside(inner, y - row, x - column)
                ? values[((y - row) * windowWidth + x - column) * channels + c]
                : before[(y * width + x) * channels + c],
            target.ToArray());
        BorderTests.AssertBorderIsZero(target);
    }

    [Fact]
    public void An_inner_part_outside_the_window_or_the_whole_is_refused()
    {
        using Tensor whole = device.Poisoned(new TensorShape(9, 7, 8));
        using Tensor window = device.Poisoned(new TensorShape(4, 4, 8));
        PixelRectangle all = PixelRectangle.Of(window.Shape);
        Assert.Throws<ArgumentException>(() => new GatherWindow(_engine).Launch(whole, 6, 0, window, all));
        Assert.Throws<ArgumentException>(
            () => new GatherWindow(_engine).Launch(whole, 0, 0, window, new PixelRectangle(1, 0, 4, 4)));
        Assert.Throws<ArgumentException>(() => new ScatterWindow(_engine).Launch(window, all, whole, 0, 4));
        Assert.Throws<ArgumentException>(
            () => new ScatterWindow(_engine).Launch(window, new PixelRectangle(0, 0, 0, 4), whole, 0, 0));
    }

    private static bool IsInside(PixelRectangle inner, int y, int x) =>
        y >= inner.Row && y < inner.Row + inner.Height && x >= inner.Column && x < inner.Column + inner.Width;
}
