using IlgpuStyle.Kernels.Windows;

namespace IlgpuStyle.Autodiff;

/// <summary>A window of a segment's input: where it begins, and the part of it whose results count.</summary>
/// <param name="Row">Its first row in the input.</param>
/// <param name="Column">Its first column.</param>
/// <param name="Inner">In pixels of the window; the inner parts of all windows cover the input once.</param>
internal readonly record struct Window(int Row, int Column, PixelRectangle Inner)
{
    /// <summary>The same behind a 2×2 pool, whose windows do not straddle it.</summary>
    public Window Pooled()
    {
        int top = (Row + Inner.Row) / 2;
        int left = (Column + Inner.Column) / 2;
        return new Window(Row / 2, Column / 2, new PixelRectangle(
            top - Row / 2, left - Column / 2,
            (Row + Inner.Row + Inner.Height) / 2 - top, (Column + Inner.Column + Inner.Width) / 2 - left));
    }

    /// <summary>The windows that cover an input.</summary>
    /// <param name="height">The input's.</param>
    /// <param name="width">The input's.</param>
    /// <param name="windowHeight">Of every window.</param>
    /// <param name="windowWidth">Of every window.</param>
    /// <param name="halo">
    /// Pixels around the inner part, except on the input's own edge: as far as results depend on them.
    /// </param>
    /// <param name="isPooled">Whether inner parts begin at even rows and columns.</param>
    public static IReadOnlyList<Window> Cover(
        int height, int width, int windowHeight, int windowWidth, int halo, bool isPooled) =>
    [
        .. from row in Cover(height, windowHeight, halo, isPooled)
           from column in Cover(width, windowWidth, halo, isPooled)
           select new Window(
               row.Start, column.Start, new PixelRectangle(
                   row.Begin - row.Start, column.Begin - column.Start, row.End - row.Begin, column.End - column.Begin)),
    ];

    /// <summary>
    /// The length of windows whose inner parts are equal and at most as long as asked, or the whole length where one
    /// window holds it.
    /// </summary>
    /// <remarks>
    /// All windows have one shape, so that the last one would compute much again where the length asked leaves little
    /// for it.
    /// </remarks>
    /// <param name="length">The input's.</param>
    /// <param name="inner">The most of an inner part, even.</param>
    /// <param name="halo">On either side, even where the segment ends in a pool.</param>
    /// <param name="isPooled">Whether the segment ends in a pool: then all windows begin at even rows.</param>
    public static int Length(int length, int inner, int halo, bool isPooled)
    {
        int cut = length - 2 * halo; // The first and the last window have a halo on one side only.
        if (cut <= inner)
            return length;
        int window = DivideUp(cut, DivideUp(cut, inner));
        if (isPooled)
            window += (window & 1) + (length & 1);
        return Math.Min(window + 2 * halo, length);

        static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
    }

    /// <summary>Windows of a line: where each starts, and where its inner part begins and ends.</summary>
    private static IEnumerable<(int Start, int Begin, int End)> Cover(int length, int window, int halo, bool isPooled)
    {
        for (int begin = 0, end; begin < length; begin = end)
        {
            int start = Math.Clamp(begin - halo, 0, length - window);
            end = start + window == length ? length : start + window - halo;
            if (isPooled && end < length)
                end &= ~1;
            yield return (start, begin, end);
        }
    }
}
