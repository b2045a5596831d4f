using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Loss;

/// <summary>
/// V = Σ (a² + b²)^1.25 over i &lt; H−1, j &lt; W−1 and channels, with a = x[i,j] − x[i+1,j],
/// b = x[i,j] − x[i,j+1].
/// </summary>
/// <remarks>
/// ∂V/∂x gathers three terms: with t(a, b) = (a² + b²)^1.25, ∂t/∂a = 2.5·a·(a² + b²)^0.25 and likewise b; a
/// pixel is the first operand of its own term, the second of a above and of b to the left.
/// Shapes and launch: <see cref="TotalVariationForward"/>, <see cref="TotalVariationBackward"/>.
/// </remarks>
internal static class PowerVariation
{
    /// <summary>FLOP of an element forward: a² + b² 5, its fourth root 2, their product, the sum.</summary>
    public const double ForwardFlop = 9;

    /// <summary>
    /// FLOP of an element backward: three roots of such a sum 21, their factors 3, products and sums 5, the weight.
    /// </summary>
    public const double BackwardFlop = 30;

    internal static void PowerVariationForwardKernel(
        ArrayView<F4> picture, QuadLayout layout, ArrayView<float> partials)
    {
        int columns = layout.Width - 1;
        int count = (layout.Height - 1) * columns;
        F4 sum = default;
        for (int item = FlatLaunch.Item; item < count; item += Grid.DimX * Group.DimX)
        {
            int row = item / columns;
            int i = layout.Offset(row, item - row * columns);
            F4 squared = SquaredGradient(picture, layout, i);
            F4 root = FourthRoot(squared);
            sum += squared * root;
        }
        PartialSums.Store(partials, F4.Sum(sum));
    }

    internal static void PowerVariationBackwardKernel(
        ArrayView<F4> picture, ArrayView<F4> gradPicture, QuadLayout layout, float weight, float keep)
    {
        int pixel = FlatLaunch.Item;
        if (pixel < layout.Height * layout.Width)
        {
            int row = pixel / layout.Width;
            int column = pixel - row * layout.Width;
            int i = layout.Offset(row, column);
            int below = layout.Offset(row + 1, column);
            int above = layout.Offset(row - 1, column);
            F4 value = picture[i];
            F4 gradient = default;
            if (column < layout.Width - 1)
            {
                if (row < layout.Height - 1)
                {
                    gradient += FourthRoot(SquaredGradient(picture, layout, i))
                        * (value - picture[below] + (value - picture[i + layout.Quads]));
                }
                if (row > 0)
                    gradient += FourthRoot(SquaredGradient(picture, layout, above)) * (value - picture[above]);
            }
            if (column > 0)
            {
                if (row < layout.Height - 1)
                {
                    gradient += FourthRoot(SquaredGradient(picture, layout, i - layout.Quads))
                        * (value - picture[i - layout.Quads]);
                }
            }
            gradPicture[i] = Accumulate.Onto(gradPicture[i], F4.Broadcast(2.5f * weight) * gradient, keep);
        }
    }

    /// <summary>a² + b² of the pixel at quad i.</summary>
    private static F4 SquaredGradient(ArrayView<F4> picture, QuadLayout layout, int i)
    {
        F4 value = picture[i];
        F4 a = value - picture[i + layout.Pitch];
        F4 b = value - picture[i + layout.Quads];
        return a * a + b * b;
    }

    private static F4 FourthRoot(F4 x) => F4.Sqrt(F4.Sqrt(x));
}
