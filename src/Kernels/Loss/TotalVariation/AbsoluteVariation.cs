using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Loss;

/// <summary>V = Σ |x[i,j] − x[i+1,j]| + Σ |x[i,j] − x[i,j+1]| over all neighbours within the picture.</summary>
/// <remarks>
/// ∂|a|/∂a is the sign of a, 0 at 0. Shapes and launch: <see cref="TotalVariationForward"/>,
/// <see cref="TotalVariationBackward"/>.
/// </remarks>
internal static class AbsoluteVariation
{
    /// <summary>FLOP of an element forward: two differences, amounts and sums.</summary>
    public const double ForwardFlop = 6;

    /// <summary>FLOP of an element backward: four differences and signs, three sums, the weight.</summary>
    public const double BackwardFlop = 12;

    internal static void AbsoluteVariationForwardKernel(
        ArrayView<F4> picture, QuadLayout layout, ArrayView<float> partials)
    {
        F4 sum = default;
        for (int pixel = FlatLaunch.Item; pixel < layout.Height * layout.Width; pixel += Grid.DimX * Group.DimX)
        {
            int row = pixel / layout.Width;
            int column = pixel - row * layout.Width;
            F4 value = picture[layout.Offset(row, column)];
            sum += F4.Abs(value - picture[layout.Offset(IntrinsicMath.Min(row + 1, layout.Height - 1), column)]);
            sum += F4.Abs(value - picture[layout.Offset(row, IntrinsicMath.Min(column + 1, layout.Width - 1))]);
        }
        PartialSums.Store(partials, F4.Sum(sum));
    }

    internal static void AbsoluteVariationBackwardKernel(
        ArrayView<F4> picture, ArrayView<F4> gradPicture, QuadLayout layout, float weight, float keep)
    {
        int pixel = FlatLaunch.Item;
        if (pixel < layout.Height * layout.Width)
        {
            int row = pixel / layout.Width;
            int column = pixel - row * layout.Width;
            int i = layout.Offset(row, column);
            F4 value = picture[i];
            // At an edge the clamped neighbour is the pixel itself: no difference, sign 0.
            F4 gradient =
                F4.Sign(value - picture[layout.Offset(IntrinsicMath.Min(row + 1, layout.Height - 1), column)])
                + F4.Sign(value - picture[layout.Offset(IntrinsicMath.Max(row - 1, 0), column)])
                + F4.Sign(value - picture[layout.Offset(row, IntrinsicMath.Min(column + 1, layout.Width - 1))])
                + F4.Sign(value - picture[layout.Offset(row, IntrinsicMath.Max(column - 1, 0))]);
            gradPicture[i] = Accumulate.Onto(gradPicture[i], F4.Broadcast(weight) * gradient, keep);
        }
    }
}
