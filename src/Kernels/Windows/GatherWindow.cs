using ILGPU;

namespace IlgpuStyle.Kernels.Windows;

/// <summary>A window of a larger tensor: y[h,w,c] = x[h+r,w+s,c], or 0 outside an inner part of the window.</summary>
/// <remarks>
/// Shapes: x [H,W,C], y [h,w,C]; the window's pixel (0,0) is x's (r,s). Launch: one work-item per quad of y. Overwrites
/// y's pixels.
/// </remarks>
public sealed class GatherWindow(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout, WindowPlace> _kernel =
        new(engine, GatherWindowKernel);

    private static void GatherWindowKernel(
        ArrayView<F4> x, ArrayView<F4> y, QuadLayout sourceLayout, QuadLayout windowLayout, WindowPlace place)
    {
        int item = FlatLaunch.Item;
        if (item < windowLayout.Count)
        {
            QuadPlace at = windowLayout.Place(item);
            int target = windowLayout.Offset(at.Row, at.Column) + at.Quad;
            // The parts above, left of, below and right of the inner part: one is negative outside it.
            int outside = IntrinsicMath.Min(
                IntrinsicMath.Min(at.Row - place.InnerRow, place.InnerRow + place.InnerHeight - 1 - at.Row),
                IntrinsicMath.Min(at.Column - place.InnerColumn, place.InnerColumn + place.InnerWidth - 1 - at.Column));
            if (outside < 0)
                y[target] = F4.Broadcast(0f);
            else
                y[target] = x[sourceLayout.Offset(at.Row + place.Row, at.Column + place.Column) + at.Quad];
        }
    }

    /// <summary>window = the source's part that begins at a pixel, 0 outside the inner part.</summary>
    /// <param name="source">x.</param>
    /// <param name="row">r.</param>
    /// <param name="column">s.</param>
    /// <param name="window">y.</param>
    /// <param name="inner">In pixels of the window; it must lie within x too.</param>
    /// <exception cref="ArgumentException">
    /// The channels differ, or the inner part lies outside the window or the source.
    /// </exception>
    public void Launch(Tensor source, int row, int column, Tensor window, PixelRectangle inner)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(window);
        Require.Shape(nameof(GatherWindow), window, window.Shape with { Channels = source.Shape.Channels });
        inner.RequireInside(nameof(GatherWindow), window);
        inner.Moved(row, column).RequireInside(nameof(GatherWindow), source);
        var layout = new QuadLayout(window.Shape);
        using (engine.Launch(
            nameof(GatherWindow), 0, 4.0 * (window.Shape.Length + (double)inner.Pixels * window.Shape.Channels)))
        {
            _kernel.Launch(
                FlatLaunch.Over(layout.Count), source.View.Cast<F4>(), window.View.Cast<F4>(),
                new QuadLayout(source.Shape), layout, new WindowPlace(row, column, inner));
        }
    }
}
