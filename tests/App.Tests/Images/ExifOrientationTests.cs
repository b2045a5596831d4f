using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Images;

/// <summary>
/// Damaged blocks; the eight orientations themselves are fixtures of <see cref="PictureFileLoadTests"/>.
/// </summary>
public class ExifOrientationTests
{
    private static readonly byte[] Whole =
    [
        (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, // header; directory at 8
        0, 1, // one entry
        0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, // orientation, SHORT, one, 6
        0, 0, 0, 0, // no more directories
    ];

    [Fact]
    public void Reads_the_orientation() => Assert.Equal(6, ExifOrientation.Read(Whole));

    [Fact]
    public void A_cut_block_is_upright()
    {
        for (int length = 0; length < 22; length++)
            Assert.Equal(1, ExifOrientation.Read(Whole.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(0, (byte)'X')] // byte order
    [InlineData(3, 43)] // no TIFF
    [InlineData(4, 0xFF)] // directory far away
    [InlineData(9, 0)] // no entries
    [InlineData(11, 0x13)] // another tag
    [InlineData(13, 2)] // a text
    [InlineData(13, 4)] // a LONG, whose low half is 0
    [InlineData(19, 0)] // no such orientation
    [InlineData(19, 9)]
    public void A_damaged_block_is_upright(int position, byte value)
    {
        byte[] damaged = [.. Whole];
        damaged[position] = value;
        Assert.Equal(1, ExifOrientation.Read(damaged));
    }

    [Fact]
    public void Every_orientation_walks_over_every_pixel_once()
    {
        PictureSize stored = new(3, 5);
        for (int orientation = 1; orientation <= 8; orientation++)
        {
            (int height, int width) = ExifOrientation.SwapsSides(orientation) ? (5, 3) : (3, 5);
            (int origin, int down, int right) = ExifOrientation.Walk(orientation, stored);
            IEnumerable<int> pixels =
                from y in Enumerable.Range(0, height)
                from x in Enumerable.Range(0, width)
                select origin + (y * down) + (x * right);
            Assert.Equal(Enumerable.Range(0, 15), pixels.Order());
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => ExifOrientation.Walk(0, stored));
    }
}
