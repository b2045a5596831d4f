using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>
/// Sets border and tail of a tensor to zero, for one that takes over the memory of another: its pixels are written
/// whole by the next kernel, its border by none.
/// </summary>
/// <remarks>
/// Shapes: y [H,W,C], C a multiple of 8 (else the padding lies between the pixels, and all is cleared). The border is
/// three runs of memory: the row above and the pixel left of row 0; two pixels from the end of each row to the start
/// of the next; and from the end of the last row on. Launch: one work-item per quad of what is cleared.
/// </remarks>
public sealed class ClearBorder(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, QuadLayout, int> _kernel = new(engine, ClearBorderKernel);

    private readonly DeviceKernel<ArrayView<F4>, int> _wholeKernel = new(engine, ClearWholeKernel);

    /// <summary>
    /// Begins to load it. Every run begins with it, and ILGPU's compiler warms up while the host reads pictures and
    /// weights.
    /// </summary>
    internal void Load()
    {
        _kernel.Load();
        _wholeKernel.Load();
    }

    private static void ClearBorderKernel(ArrayView<F4> y, QuadLayout layout, int count)
    {
        int item = FlatLaunch.Item;
        if (item < count)
        {
            int border = item / layout.Quads;
            int rowPixels = layout.Width + 2;
            int between = border - (rowPixels + 1);
            int ends = 2 * (layout.Height - 1);
            int pixel = Utilities.Select(
                between < 0,
                border,
                Utilities.Select(
                    between < ends,
                    (between / 2 + 1) * rowPixels + layout.Width + 1 + between % 2,
                    layout.Height * rowPixels + layout.Width + 1 + between - ends));
            y[pixel * layout.Quads + item - border * layout.Quads] = F4.Broadcast(0f);
        }
    }

    private static void ClearWholeKernel(ArrayView<F4> y, int count)
    {
        int item = FlatLaunch.Item;
        if (item < count)
            y[item] = F4.Broadcast(0f);
    }

    /// <summary>Sets what is no pixel to zero.</summary>
    public void Launch(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        TensorShape shape = y.Shape;
        if (shape.Channels != shape.PaddedChannels)
        {
            int quads = (int)(shape.AllocatedLength / 4);
            using (engine.Launch("ClearBorder (whole)", 0, 16.0 * quads))
                _wholeKernel.Launch(FlatLaunch.Over(quads), y.View.Cast<F4>(), quads);
            return;
        }
        int count = (int)((shape.AllocatedLength - shape.Length) / 4);
        using (engine.Launch(nameof(ClearBorder), 0, 16.0 * count))
            _kernel.Launch(FlatLaunch.Over(count), y.View.Cast<F4>(), new QuadLayout(shape), count);
    }
}
