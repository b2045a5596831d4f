using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;

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

    private static readonly (string Name, Func<Picture, Picture> Edges)[] Kinds =
    [
        ("horizontal-deltas", HorizontalDeltas),
        ("vertical-deltas", VerticalDeltas),
        ("horizontal-sobel", HorizontalSobel),
        ("vertical-sobel", VerticalSobel),
    ];

    /// <summary>The files that <see cref="Save"/> writes.</summary>
    public static IEnumerable<string> PathsOf(string folder, string name) =>
        Kinds.Select(kind => Path.Combine(folder, $"{name}-{kind.Name}.png"));

    /// <summary>
    /// Writes four pictures into a folder, made if it is missing: NAME-horizontal-deltas.png and so on.
    /// </summary>
    /// <param name="picture">At least 2 × 2 pixels.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="name">What the pictures are of: the start of the file names.</param>
    /// <exception cref="OutputFileException">The folder or a file cannot be written.</exception>
    public static void Save(Picture picture, string folder, string name)
    {
        OutputFolder.Create("--show-edges", folder);
        foreach ((string path, Func<Picture, Picture> edges) in
            PathsOf(folder, name).Zip(Kinds.Select(kind => kind.Edges)))
        {
            PictureFile.Save(edges(picture), path);
        }
    }

    /// <summary>Grey + 2·(x[i+1, j] − x[i, j]), (Height − 1) × Width.</summary>
    public static Picture HorizontalDeltas(Picture picture) =>
        Filter(picture, picture.Size with { Height = picture.Size.Height - 1 }, 2, [(1, 0, 1), (0, 0, -1)]);

    /// <summary>Grey + 2·(x[i, j+1] − x[i, j]), Height × (Width − 1).</summary>
    public static Picture VerticalDeltas(Picture picture) =>
        Filter(picture, picture.Size with { Width = picture.Size.Width - 1 }, 2, [(0, 1, 1), (0, 0, -1)]);

    /// <summary>
    /// Grey + ¼·Sobel from row to row: weights 1, 2, 1 of the row below minus those of the row above.
    /// </summary>
    public static Picture HorizontalSobel(Picture picture) => Filter(
        picture, picture.Size, 0.25f, [(1, -1, 1), (1, 0, 2), (1, 1, 1), (-1, -1, -1), (-1, 0, -2), (-1, 1, -1)]);

    /// <summary>Grey + ¼·Sobel from column to column.</summary>
    public static Picture VerticalSobel(Picture picture) => Filter(
        picture, picture.Size, 0.25f, [(-1, 1, 1), (0, 1, 2), (1, 1, 1), (-1, -1, -1), (0, -1, -2), (1, -1, -1)]);

    /// <param name="picture">At least 2 × 2 pixels.</param>
    /// <param name="size">Of the edges.</param>
    /// <param name="scale">The factor before the filter.</param>
    /// <param name="filter">The weight of each neighbour, so many rows below and columns to the right.</param>
    private static Picture Filter(
        Picture picture, PictureSize size, float scale, (int Down, int Right, float Weight)[] filter)
    {
        if (picture.Size.ShortSide < 2)
            throw new ArgumentException($"Edges need at least 2×2 pixels, not {picture.Size}.", nameof(picture));
        float[] edges = new float[size.Pixels * 3];
        Parallel.For(0, size.Height, y =>
        {
            for (int x = 0; x < size.Width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    float sum = 0;
                    foreach ((int down, int right, float weight) in filter)
                    {
                        int row = Mirror(y + down, picture.Size.Height);
                        int column = Mirror(x + right, picture.Size.Width);
                        sum += weight * picture.Rgb[(((row * picture.Size.Width) + column) * 3) + channel];
                    }
                    edges[(((y * size.Width) + x) * 3) + channel] = Math.Clamp((scale * sum) + MiddleGrey, 0, 255);
                }
            }
        });
        return new Picture(size, edges);
    }

    /// <summary>Reflects at the border pixel, which is not repeated.</summary>
    private static int Mirror(int i, int length) => i < 0 ? -i : i >= length ? (2 * length) - 2 - i : i;
}
