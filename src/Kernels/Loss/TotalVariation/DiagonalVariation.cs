using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Loss;

/// <summary>
/// V = u·(Σ a² + Σ b²) + v·(Σ d² + Σ e²) of the picture p padded by one replicated pixel: over i &lt; H, j &lt; W,
/// a = p[i+1,j] − p[i,j], b = p[i,j+1] − p[i,j]; over −1 ≤ i &lt; H, −1 ≤ j &lt; W, d = p[i+1,j+1] − p[i,j],
/// e = p[i+1,j] − p[i,j+1].
/// </summary>
/// <remarks>
/// u = 2/(3·H·W·C), v = 2/(12·(H+1)·(W+1)·C). Padding is done by clamped indices. A picture pixel stands in the
/// padded picture once, at an edge twice, at a corner four times; its gradient is the sum over these places.
/// Shapes and launch: <see cref="TotalVariationForward"/>, <see cref="TotalVariationBackward"/>.
/// </remarks>
internal static class DiagonalVariation
{
    /// <summary>FLOP of an element forward: four differences, two sums of squares, each weighted and summed.</summary>
    public const double ForwardFlop = 14;

    /// <summary>FLOP of an element backward: eight differences, each weighted and summed.</summary>
    public const double BackwardFlop = 24;

    internal static void DiagonalVariationForwardKernel(
        ArrayView<F4> picture, QuadLayout layout, float straight, float diagonal, ArrayView<float> partials)
    {
        int columns = layout.Width + 1;
        int count = (layout.Height + 1) * columns;
        F4 sum = default;
        for (int item = FlatLaunch.Item; item < count; item += Grid.DimX * Group.DimX)
        {
            int row = item / columns - 1;
            int column = item % columns - 1;
            F4 here = Padded(picture, layout, row, column);
            F4 right = Padded(picture, layout, row, column + 1);
            F4 below = Padded(picture, layout, row + 1, column);
            F4 d = Padded(picture, layout, row + 1, column + 1) - here;
            F4 e = below - right;
            sum += F4.Broadcast(diagonal) * (d * d + e * e);
            // On the padding the straight differences are not counted; there they may differ from zero.
            float inside = Utilities.Select(IntrinsicMath.Min(row, column) >= 0, straight, 0f);
            F4 a = below - here;
            F4 b = right - here;
            sum += F4.Broadcast(inside) * (a * a + b * b);
        }
        PartialSums.Store(partials, F4.Sum(sum));
    }

    internal static void DiagonalVariationBackwardKernel(
        ArrayView<F4> picture, ArrayView<F4> gradPicture, QuadLayout layout, float straight, float diagonal,
        float keep)
    {
        int pixel = FlatLaunch.Item;
        if (pixel < layout.Height * layout.Width)
        {
            int row = pixel / layout.Width;
            int column = pixel - row * layout.Width;
            int firstRow = Utilities.Select(row == 0, -1, row);
            int lastRow = Utilities.Select(row == layout.Height - 1, layout.Height, row);
            int firstColumn = Utilities.Select(column == 0, -1, column);
            int lastColumn = Utilities.Select(column == layout.Width - 1, layout.Width, column);
            F4 gradient = default;
            for (int i = firstRow; i <= lastRow; i++)
            {
                for (int j = firstColumn; j <= lastColumn; j++)
                    gradient += PaddedGradient(picture, layout, i, j, straight, diagonal);
            }
            int offset = layout.Offset(row, column);
            gradPicture[offset] = Accumulate.Onto(gradPicture[offset], gradient, keep);
        }
    }

    /// <summary>∂V/∂p[i,j] of the padded picture: twice each difference that p[i,j] stands in, by its weight.</summary>
    private static F4 PaddedGradient(
        ArrayView<F4> picture, QuadLayout layout, int i, int j, float straight, float diagonal)
    {
        F4 here = Padded(picture, layout, i, j);
        bool rowInside = i >= 0 & i < layout.Height;
        bool columnInside = j >= 0 & j < layout.Width;
        return Term(picture, layout, here, i - 1, j, columnInside & i > 0, straight)
            + Term(picture, layout, here, i + 1, j, columnInside & rowInside, straight)
            + Term(picture, layout, here, i, j - 1, rowInside & j > 0, straight)
            + Term(picture, layout, here, i, j + 1, rowInside & columnInside, straight)
            + Term(picture, layout, here, i - 1, j - 1, i >= 0 & j >= 0, diagonal)
            + Term(picture, layout, here, i + 1, j + 1, i < layout.Height & j < layout.Width, diagonal)
            + Term(picture, layout, here, i - 1, j + 1, i >= 0 & j < layout.Width, diagonal)
            + Term(picture, layout, here, i + 1, j - 1, i < layout.Height & j >= 0, diagonal);
    }

    private static F4 Term(
        ArrayView<F4> picture, QuadLayout layout, F4 here, int i, int j, bool counted, float weight) =>
        F4.Broadcast(Utilities.Select(counted, 2 * weight, 0f)) * (here - Padded(picture, layout, i, j));

    private static F4 Padded(ArrayView<F4> picture, QuadLayout layout, int row, int column) =>
        picture[layout.Offset(
            IntrinsicMath.Clamp(row, 0, layout.Height - 1),
            IntrinsicMath.Clamp(column, 0, layout.Width - 1))];
}
