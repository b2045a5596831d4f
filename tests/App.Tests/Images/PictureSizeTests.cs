using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Images;

public class PictureSizeTests
{
    [Theory]
    [InlineData(768, 1024, 512, 384, 512)]
    [InlineData(1024, 768, 512, 512, 384)]
    [InlineData(500, 500, 512, 512, 512)]
    [InlineData(333, 1000, 512, 170, 512)] // 170.496
    [InlineData(665, 1000, 512, 340, 512)] // 340.48
    [InlineData(333, 500, 512, 340, 512)] // 340.992 is cut
    [InlineData(1, 5000, 512, 1, 512)]
    [InlineData(427, 640, 427, 284, 427)] // 284.889 is cut
    public void Long_side_cut(int height, int width, int longSide, int newHeight, int newWidth) =>
        Assert.Equal(
            new PictureSize(newHeight, newWidth),
            new PictureSize(height, width).WithLongSide(longSide, MidpointRounding.ToZero));

    [Theory]
    [InlineData(333, 500, 512, 341, 512)] // 340.992
    [InlineData(5, 8, 4, 2, 4)] // 2.5, to even
    [InlineData(7, 8, 4, 4, 4)] // 3.5, to even
    [InlineData(1, 5000, 512, 1, 512)]
    public void Long_side_rounded(int height, int width, int longSide, int newHeight, int newWidth) =>
        Assert.Equal(
            new PictureSize(newHeight, newWidth),
            new PictureSize(height, width).WithLongSide(longSide, MidpointRounding.ToEven));

    [Theory]
    [InlineData(480, 640, 400, 533)] // 533.33
    [InlineData(400, 599, 400, 599)]
    [InlineData(3000, 1, 400, 1)]
    [InlineData(49, 7, 7, 1)]
    [InlineData(3, 29, 300, 2900)]
    [InlineData(16, 6_000_000, 8192, int.MaxValue)] // What no int holds is refused for its size, not a fault.
    public void Height(int height, int width, int newHeight, int newWidth) =>
        Assert.Equal(new PictureSize(newHeight, newWidth), new PictureSize(height, width).WithHeight(newHeight));

    [Fact]
    public void Sizes_read_width_first() => Assert.Equal("640×480", new PictureSize(480, 640).ToString());

    [Fact]
    public void Sizes_below_one_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PictureSize(4, 4).WithHeight(0));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new PictureSize(4, 4).WithLongSide(-1, MidpointRounding.ToEven));
    }
}
