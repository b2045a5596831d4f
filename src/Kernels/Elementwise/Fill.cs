using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>y = value at every element of every pixel; border and padding stay zero.</summary>
/// <remarks>Shapes: y [H,W,C]. Launch: one work-item per element.</remarks>
public sealed class Fill(Engine engine)
{
    private readonly Action<KernelConfig, ArrayView<float>, PixelLayout, float> _kernel =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, PixelLayout, float>(FillKernel);

    private static void FillKernel(ArrayView<float> y, PixelLayout layout, float value)
    {
        int i = FlatLaunch.Item;
        if (i < layout.Count)
            y[layout.ElementOffset(i)] = value;
    }

    /// <summary>Sets every element to a value.</summary>
    public void Launch(Tensor y, float value)
    {
        ArgumentNullException.ThrowIfNull(y);
        using (engine.Launch(nameof(Fill), 0, 4.0 * y.Shape.Length))
            _kernel(FlatLaunch.Over((int)y.Shape.Length), y.View, new PixelLayout(y.Shape), value);
    }
}
