namespace IlgpuStyle.App.Images;

/// <summary>Shows where a picture changes: differences of neighbours and Sobel edges, as grey plus or minus.</summary>
/// <remarks>
/// Style transfer raises high frequencies; total variation lowers them; these pictures show how much. "Horizontal"
/// edges are changes from row to row, "vertical" ones from column to column. Scales, names and the mirrored border are
/// those of the TensorFlow tutorial "Neural style transfer" and of tf.image.sobel_edges.
/// </remarks>
internal static class EdgePictures
{
    private const float MiddleGrey = 127.5f;

    /// <summary>Makes the folder if it is missing, so that a wrong one is found before a long run.</summary>
    /// <exception cref="OutputFileException">It cannot be made.</exception>
    public static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException($"The folder '{folder}' cannot be made: {e.Message}", e);
        }
    }

    /// <summary>
    /// Writes four pictures into a folder, made if it is missing: NAME-horizontal-deltas.png and so on.
    /// </summary>
    /// <param name="picture">At least 2 × 2 pixels.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="name">What the pictures are of: the start of the file names.</param>
    /// <exception cref="OutputFileException">The folder or a file cannot be written.</exception>
    public static void Save(Picture picture, string folder, string name)
    {
        CreateFolder(folder);
        foreach ((string kind, Picture edges) in new[]
        {
            ("horizontal-deltas", HorizontalDeltas(picture)),
            ("vertical-deltas", VerticalDeltas(picture)),
            ("horizontal-sobel", HorizontalSobel(picture)),
            ("vertical-sobel", VerticalSobel(picture)),
        })
        {
            PictureFile.Save(edges, Path.Combine(folder, $"{name}-{kind}.png"));
        }
    }

    /// <summary>Grey + 2·(x[i+1, j] − x[i, j]), (Height − 1) × Width.</summary>
    public static Picture HorizontalDeltas(Picture picture) =>
        Map(picture, new PictureSize(picture.Size.Height - 1, picture.Size.Width), 2, at => at(1, 0) - at(0, 0));

    /// <summary>Grey + 2·(x[i, j+1] − x[i, j]), Height × (Width − 1).</summary>
    public static Picture VerticalDeltas(Picture picture) =>
        Map(picture, new PictureSize(picture.Size.Height, picture.Size.Width - 1), 2, at => at(0, 1) - at(0, 0));

    /// <summary>
    /// Grey + ¼·Sobel from row to row: weights 1, 2, 1 of the row below minus those of the row above.
    /// </summary>
    public static Picture HorizontalSobel(Picture picture) => Map(
        picture,
        picture.Size,
        0.25f,
        at => at(1, -1) + (2 * at(1, 0)) + at(1, 1) - at(-1, -1) - (2 * at(-1, 0)) - at(-1, 1));

    /// <summary>Grey + ¼·Sobel from column to column.</summary>
    public static Picture VerticalSobel(Picture picture) => Map(
        picture,
        picture.Size,
        0.25f,
        at => at(-1, 1) + (2 * at(0, 1)) + at(1, 1) - at(-1, -1) - (2 * at(0, -1)) - at(1, -1));

    private static Picture Map(
        Picture picture, PictureSize size, float scale, Func<Func<int, int, float>, float> filter)
    {
        if (picture.Size.ShortSide < 2)
        {
            throw new ArgumentException($"Edges need at least 2×2 pixels, not {picture.Size}.", nameof(picture));
        }
        float[] edges = new float[size.Pixels * 3];
        Parallel.For(0, size.Height, y =>
        {
            int x = 0;
            int channel = 0;
            for (x = 0; x < size.Width; x++)
            {
                for (channel = 0; channel < 3; channel++)
                {
                    int i = (((y * size.Width) + x) * 3) + channel;
                    edges[i] = Math.Clamp((scale * filter(At)) + MiddleGrey, 0, 255);
                }
            }

            float At(int down, int right)
            {
                int row = Mirror(y + down, picture.Size.Height);
                int column = Mirror(x + right, picture.Size.Width);
                return picture.Rgb[(((row * picture.Size.Width) + column) * 3) + channel];
            }
        });
        return new Picture(size, edges);
    }

    /// <summary>Reflects at the border pixel, which is not repeated.</summary>
    private static int Mirror(int i, int length) => i < 0 ? -i : i >= length ? (2 * length) - 2 - i : i;
}
