using ILGPU;

namespace IlgpuStyle.Kernels.Filter;

/// <summary>
/// Smooths in place by the binomial filter of 3×3: x[h,w,c] ← Σ b[p]·b[q]·x[h+p−1, w+q−1, c], b = (1, 2, 1)/4, zero
/// outside.
/// </summary>
/// <remarks>
/// Shapes: x, scratch [H,W,C]. As a matrix it is symmetric and positive, so that the smoothed gradient of a loss still
/// leads downhill: it is the gradient in a metric that makes fine detail dear, a Sobolev gradient (Neuberger 1997,
/// "Sobolev Gradients and Differential Equations"). Launch: two passes, columns into scratch and rows back, one
/// work-item per quad of each.
/// </remarks>
public sealed class BinomialFilter(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, int> _kernel =
        new(engine, BinomialFilterKernel);

    private static void BinomialFilterKernel(ArrayView<F4> x, ArrayView<F4> y, QuadLayout layout, int neighbour)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Count)
        {
            QuadPlace place = layout.Place(item);
            int i = layout.Offset(place.Row, place.Column) + place.Quad;
            y[i] = F4.Broadcast(0.25f) * (x[i - neighbour] + x[i + neighbour]) + F4.Broadcast(0.5f) * x[i];
        }
    }

    /// <summary>x ← the binomial filter of x; scratch is overwritten.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor x, Tensor scratch)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(nameof(BinomialFilter), scratch, x.Shape);
        var layout = new QuadLayout(x.Shape);
        using (engine.Launch(nameof(BinomialFilter), 8.0 * x.Shape.Length, 16.0 * x.Shape.Length))
        {
            KernelConfig launch = FlatLaunch.Over(layout.Count);
            ArrayView<F4> first = x.View.Cast<F4>();
            ArrayView<F4> second = scratch.View.Cast<F4>();
            _kernel.Launch(launch, first, second, layout, (int)(x.Shape.RowPitch / 4));
            _kernel.Launch(launch, second, first, layout, layout.Quads);
        }
    }
}
