using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Loss;

/// <summary>
/// V = u·Σ (x[i,j] − x[i+1,j])² + v·Σ (x[i,j] − x[i,j+1])², u and v the reciprocals of the numbers of vertical
/// and of horizontal differences.
/// </summary>
/// <remarks>Shapes and launch: <see cref="TotalVariationForward"/>, <see cref="TotalVariationBackward"/>.</remarks>
internal static class MeanSquaredVariation
{
    /// <summary>FLOP of an element forward: two differences, each squared, weighted, summed.</summary>
    public const double ForwardFlop = 8;

    /// <summary>FLOP of an element backward: two times two differences and their sum, two weights, the sum.</summary>
    public const double BackwardFlop = 9;

    internal static void MeanSquaredVariationForwardKernel(
        ArrayView<F4> picture, QuadLayout layout, float vertical, float horizontal, ArrayView<float> partials)
    {
        F4 sum = default;
        for (int pixel = FlatLaunch.Item; pixel < layout.Height * layout.Width; pixel += Grid.DimX * Group.DimX)
        {
            int row = pixel / layout.Width;
            int column = pixel - row * layout.Width;
            F4 value = picture[layout.Offset(row, column)];
            F4 a = value - picture[layout.Offset(IntrinsicMath.Min(row + 1, layout.Height - 1), column)];
            F4 b = value - picture[layout.Offset(row, IntrinsicMath.Min(column + 1, layout.Width - 1))];
            sum += F4.Broadcast(vertical) * a * a + F4.Broadcast(horizontal) * b * b;
        }
        PartialSums.Store(partials, F4.Sum(sum));
    }

    internal static void MeanSquaredVariationBackwardKernel(
        ArrayView<F4> picture, ArrayView<F4> gradPicture, QuadLayout layout, float vertical, float horizontal,
        float keep)
    {
        int pixel = FlatLaunch.Item;
        if (pixel < layout.Height * layout.Width)
        {
            int row = pixel / layout.Width;
            int column = pixel - row * layout.Width;
            int i = layout.Offset(row, column);
            F4 value = picture[i];
            F4 a = value - picture[layout.Offset(IntrinsicMath.Min(row + 1, layout.Height - 1), column)]
                + (value - picture[layout.Offset(IntrinsicMath.Max(row - 1, 0), column)]);
            F4 b = value - picture[layout.Offset(row, IntrinsicMath.Min(column + 1, layout.Width - 1))]
                + (value - picture[layout.Offset(row, IntrinsicMath.Max(column - 1, 0))]);
            F4 gradient = F4.Broadcast(2 * vertical) * a + F4.Broadcast(2 * horizontal) * b;
            gradPicture[i] = Accumulate.Onto(gradPicture[i], gradient, keep);
        }
    }
}
