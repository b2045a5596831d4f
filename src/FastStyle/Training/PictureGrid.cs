using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.FastStyle.Training;

/// <summary>Some pictures of one size as one: side by side, four in two rows.</summary>
public static class PictureGrid
{
    /// <summary>The picture.</summary>
    public static RgbPicture Of(IReadOnlyList<RgbPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        int columns = pictures.Count == 4 ? 2 : pictures.Count;
        (int height, int width) = (pictures[0].Height, pictures[0].Width);
        int rows = pictures.Count / columns;
        float[] grid = new float[3 * rows * height * columns * width];
        for (int i = 0; i < pictures.Count; i++)
        {
            (int row, int column) = Math.DivRem(i, columns);
            for (int y = 0; y < height; y++)
            {
                Array.Copy(
                    pictures[i].Values, 3 * y * width, grid, 3 * ((row * height + y) * columns + column) * width,
                    3 * width);
            }
        }
        return new RgbPicture(rows * height, columns * width, grid);
    }
}
