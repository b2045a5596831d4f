using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>y = value at every element of every pixel; border and padding stay zero.</summary>
/// <remarks>Shapes: y [H,W,C]. Launch: one work-item per element.</remarks>
public sealed class Fill(Engine engine)
{
    private readonly Action<KernelConfig, ArrayView<float>, QuadLayout, int, float> _kernel =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, QuadLayout, int, float>(FillKernel);

    private static void FillKernel(ArrayView<float> y, QuadLayout layout, int channels, float value)
    {
        int i = FlatLaunch.Item;
        if (i < layout.Height * layout.Width * channels)
        {
            int pixel = i / channels;
            int row = pixel / layout.Width;
            y[4 * layout.Offset(row, pixel - row * layout.Width) + (i - pixel * channels)] = value;
        }
    }

    /// <summary>Sets every element to a value.</summary>
    public void Launch(Tensor y, float value)
    {
        ArgumentNullException.ThrowIfNull(y);
        using (engine.Launch(nameof(Fill), 0, 4.0 * y.Shape.Length))
        {
            _kernel(FlatLaunch.Over((int)y.Shape.Length), y.View, new QuadLayout(y.Shape),
                y.Shape.Channels, value);
        }
    }
}
