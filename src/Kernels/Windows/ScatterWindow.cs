using ILGPU;

namespace IlgpuStyle.Kernels.Windows;

/// <summary>Puts the inner part of a window into its place in a larger tensor: y[h+r,w+s,c] = x[h,w,c].</summary>
/// <remarks>
/// Shapes: x [h,w,C], y [H,W,C]; the window's pixel (0,0) is y's (r,s). Launch: one work-item per quad of the inner
/// part. The rest of y stays.
/// </remarks>
public sealed class ScatterWindow(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout, WindowPlace> _kernel =
        new(engine, ScatterWindowKernel);

    private static void ScatterWindowKernel(
        ArrayView<F4> x, ArrayView<F4> y, QuadLayout windowLayout, QuadLayout targetLayout, WindowPlace place)
    {
        int item = FlatLaunch.Item;
        if (item < place.InnerHeight * place.InnerWidth * windowLayout.Quads)
        {
            int pixel = item / windowLayout.Quads;
            int quad = item - pixel * windowLayout.Quads;
            int innerRow = pixel / place.InnerWidth;
            int h = place.InnerRow + innerRow;
            int w = place.InnerColumn + pixel - innerRow * place.InnerWidth;
            y[targetLayout.Offset(h + place.Row, w + place.Column) + quad] = x[windowLayout.Offset(h, w) + quad];
        }
    }

    /// <summary>The target's part that begins at a pixel = the window's inner part.</summary>
    /// <param name="window">x.</param>
    /// <param name="inner">In pixels of the window.</param>
    /// <param name="target">y.</param>
    /// <param name="row">r.</param>
    /// <param name="column">s.</param>
    /// <exception cref="ArgumentException">
    /// The channels differ, or the inner part lies outside the window or the target.
    /// </exception>
    public void Launch(Tensor window, PixelRectangle inner, Tensor target, int row, int column)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(target);
        Require.Shape(nameof(ScatterWindow), window, window.Shape with { Channels = target.Shape.Channels });
        inner.RequireInside(nameof(ScatterWindow), window);
        inner.Moved(row, column).RequireInside(nameof(ScatterWindow), target);
        var layout = new QuadLayout(window.Shape);
        using (engine.Launch(nameof(ScatterWindow), 0, 8.0 * inner.Pixels * window.Shape.Channels))
        {
            _kernel.Launch(
                FlatLaunch.Over(inner.Pixels * layout.Quads), window.View.Cast<F4>(), target.View.Cast<F4>(), layout,
                new QuadLayout(target.Shape), new WindowPlace(row, column, inner));
        }
    }
}
