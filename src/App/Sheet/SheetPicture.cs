using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Sheet;

/// <summary>
/// A contact sheet as one picture: cells with their settings and scores below them, the best in an orange frame, others
/// of the Pareto set in a grey one.
/// </summary>
internal static class SheetPicture
{
    private const int Frame = 4;
    private const int Gap = 8;

    /// <summary>From this width on, words such as content-weight have room in large letters.</summary>
    private const int WideCell = 160;

    private const float White = 255;

    private static readonly float[] Best = [230, 120, 0];
    private static readonly float[] Unbeaten = [120, 120, 120];

    /// <summary>Lays the cells out.</summary>
    /// <param name="cells">Row by row; at least one has a picture.</param>
    /// <param name="columns">Cells in a row.</param>
    public static Picture Of(IReadOnlyList<SheetCell> cells, int columns)
    {
        Picture?[] pictures =
            [.. cells.Select(cell => cell.Png is null ? null : PictureFile.Decode("cell.png", cell.Png))];
        PictureSize cell = pictures.OfType<Picture>().First().Size;
        int textScale = cell.Width < WideCell ? 1 : 2;
        string[][] captions = [.. cells.Select(made => CaptionOf(made, cell.Width, textScale))];
        columns = Math.Min(columns, cells.Count);
        int rows = (cells.Count + columns - 1) / columns;
        int captionHeight = captions.Max(lines => lines.Length) * PixelFont.HeightOf(textScale);
        int width = cell.Width + 2 * Frame + Gap;
        int height = cell.Height + 2 * Frame + Gap + captionHeight;
        var size = new PictureSize(rows * height + Gap, columns * width + Gap);
        float[] rgb = new float[3 * size.Pixels];
        Array.Fill(rgb, White);
        var sheet = new Picture(size, rgb);
        SheetCell? best = SheetCell.BestOf(cells);
        for (int i = 0; i < cells.Count; i++)
        {
            (int top, int left) = (Gap + i / columns * height, Gap + i % columns * width);
            if (cells[i] == best || cells[i].IsUnbeatenAmong(cells))
            {
                Fill(
                    sheet, top, left, new PictureSize(cell.Height + 2 * Frame, cell.Width + 2 * Frame),
                    cells[i] == best ? Best : Unbeaten);
            }
            if (pictures[i] is { } picture)
                Copy(picture, sheet, top + Frame, left + Frame);
            for (int line = 0; line < captions[i].Length; line++)
            {
                PixelFont.Draw(
                    sheet, captions[i][line], left + Frame,
                    top + cell.Height + 2 * Frame + Gap / 2 + line * PixelFont.HeightOf(textScale), textScale);
            }
        }
        return sheet;
    }

    private static string[] CaptionOf(SheetCell cell, int width, int textScale) =>
    [
        .. cell.Settings.Settings.Select(setting => setting.ToString())
            .Append(cell.Failure is null ? $"style {cell.Style:F2} content {cell.Content:F2}" : "failed")
            .SelectMany(text => PixelFont.Wrap(text, width, textScale)),
    ];

    private static void Copy(Picture from, Picture to, int top, int left)
    {
        for (int y = 0; y < from.Size.Height; y++)
        {
            Array.Copy(
                from.Rgb, 3 * y * from.Size.Width, to.Rgb, 3 * ((top + y) * to.Size.Width + left), 3 * from.Size.Width);
        }
    }

    private static void Fill(Picture picture, int top, int left, PictureSize size, float[] color)
    {
        for (int y = top; y < top + size.Height; y++)
        {
            for (int x = left; x < left + size.Width; x++)
                color.CopyTo(picture.Rgb, 3 * (y * picture.Size.Width + x));
        }
    }
}
