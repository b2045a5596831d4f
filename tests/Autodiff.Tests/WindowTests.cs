namespace IlgpuStyle.Autodiff.Tests;

/// <summary>Windows alone, without a device.</summary>
public sealed class WindowTests
{
    public static TheoryData<int, int, int, bool> Lines
    {
        get
        {
            var lines = new TheoryData<int, int, int, bool>();
            foreach (int length in (int[])[1, 2, 15, 16, 17, 63, 64, 65, 66, 67, 130, 301])
            {
                foreach (int inner in (int[])[2, 16, 64])
                {
                    lines.Add(length, inner, 2, true);
                    lines.Add(length, inner, 4, true);
                    lines.Add(length, inner, 1, false);
                }
            }
            return lines;
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Inner_parts_cover_a_line_once_with_a_halo_around_each(int length, int inner, int halo, bool isPooled)
    {
        int window = Window.Length(length, inner, 2 * halo, isPooled);
        Assert.InRange(window, 1, Math.Min(length, inner + 4 * halo + 1));
        foreach (int rim in (int[])[halo, 2 * halo])
        {
            IReadOnlyList<Window> windows = Window.Cover(length, 1, window, 1, rim, isPooled);
            int begin = 0;
            foreach (Window at in windows)
            {
                int end = at.Row + at.Inner.Row + at.Inner.Height;
                Assert.Equal(begin, at.Row + at.Inner.Row);
                Assert.True(end > begin);
                Assert.InRange(at.Row, 0, length - window);
                Assert.True(at.Row == 0 || at.Inner.Row >= rim, "Too little above.");
                Assert.True(at.Row + window == length || at.Row + window - end >= rim, "Too little below.");
                if (isPooled)
                {
                    Assert.Equal(0, at.Row % 2);
                    Assert.Equal(0, begin % 2);
                    Window pooled = at.Pooled();
                    Assert.Equal((begin / 2, end / 2), (
                        pooled.Row + pooled.Inner.Row, pooled.Row + pooled.Inner.Row + pooled.Inner.Height));
                }
                begin = end;
            }
            Assert.Equal(length, begin);
        }
    }

    [Theory]
    [InlineData(384, 160, 8, true, 3, 140)]
    [InlineData(192, 160, 4, false, 2, 100)]
    [InlineData(193, 160, 8, true, 2, 107)]
    public void Windows_share_a_line_evenly(
        int length, int inner, int halo, bool isPooled, int count, int most)
    {
        int window = Window.Length(length, inner, halo, isPooled);
        Assert.InRange(window, 1, most);
        Assert.Equal(count, Window.Cover(length, 1, window, 1, halo, isPooled).Count);
    }

    [Fact]
    public void Windows_are_cut_in_columns_too()
    {
        IReadOnlyList<Window> windows = Window.Cover(40, 50, 24, 28, 4, isPooled: true);
        int[,] seen = new int[40, 50];
        foreach (Window window in windows)
        {
            for (int y = 0; y < window.Inner.Height; y++)
            {
                for (int x = 0; x < window.Inner.Width; x++)
                    seen[window.Row + window.Inner.Row + y, window.Column + window.Inner.Column + x]++;
            }
        }
        Assert.All(seen.Cast<int>(), count => Assert.Equal(1, count));
        Assert.True(windows.Count >= 4);
    }
}
