using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>x[h,w,c] = min(max(x[h,w,c], low[c]), high[c]): keeps a picture in the displayable range.</summary>
/// <remarks>Shapes: x [H,W,3], in place. A NaN stays. Launch: one work-item per pixel.</remarks>
public sealed class ClampChannels(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, QuadLayout, F4, F4> _kernel = new(engine, ClampChannelsKernel);

    private static void ClampChannelsKernel(ArrayView<F4> x, QuadLayout layout, F4 low, F4 high)
    {
        int pixel = FlatLaunch.Item;
        if (pixel < layout.Height * layout.Width)
        {
            int i = layout.Offset(pixel);
            x[i] = F4.Clamp(x[i], low, high);
        }
    }

    /// <summary>Clamps each of the three channels to its range.</summary>
    /// <exception cref="ArgumentException">Not three channels, or not three limits.</exception>
    public void Launch(Tensor x, IReadOnlyList<float> low, IReadOnlyList<float> high)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(low);
        ArgumentNullException.ThrowIfNull(high);
        Require.Shape(nameof(ClampChannels), x, x.Shape with { Channels = 3 });
        if (low.Count != 3 || high.Count != 3)
        {
            throw new ArgumentException(
                $"{nameof(ClampChannels)}: 3 lower and 3 upper limits are needed, not {low.Count} and {high.Count}.");
        }
        using (engine.Launch(nameof(ClampChannels), 0, 8.0 * x.Shape.Length))
        {
            _kernel.Launch(FlatLaunch.Over(x.Shape.Pixels), x.View.Cast<F4>(), new QuadLayout(x.Shape),
                new F4(low[0], low[1], low[2], 0), new F4(high[0], high[1], high[2], 0));
        }
    }
}
