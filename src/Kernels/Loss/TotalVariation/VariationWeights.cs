namespace IlgpuStyle.Kernels.Loss;

/// <summary>The reciprocal counts that turn the sums of the mean-squared forms into means.</summary>
internal static class VariationWeights
{
    /// <summary>1 / number of vertical differences, 0 if there are none.</summary>
    public static float Vertical(TensorShape shape) => Reciprocal(shape.Height - 1L, shape.Width, shape.Channels);

    /// <summary>1 / number of horizontal differences, 0 if there are none.</summary>
    public static float Horizontal(TensorShape shape) => Reciprocal(shape.Height, shape.Width - 1L, shape.Channels);

    /// <summary>2/3 of the mean over the straight differences of the padded picture.</summary>
    public static float Straight(TensorShape shape) => 2f / 3 * Reciprocal(shape.Height, shape.Width, shape.Channels);

    /// <summary>2/12 of the mean over the diagonal differences of the padded picture.</summary>
    public static float Diagonal(TensorShape shape) =>
        2f / 12 * Reciprocal(shape.Height + 1L, shape.Width + 1L, shape.Channels);

    private static float Reciprocal(long rows, long columns, long channels) =>
        rows * columns == 0 ? 0 : (float)(1.0 / (rows * columns * channels));
}
