using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>A tensor's H·W·C elements without border and padding, in H × W × C order: packed[i] = x[i].</summary>
/// <remarks>
/// Shapes: x [H,W,C], packed [H·W·C]. Three channels take 3/8 of their bordered form: for what is kept many times,
/// as L-BFGS's history. Launch: one work-item per element.
/// </remarks>
public sealed class Pack(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout> _kernel = new(engine, PackKernel);

    private static void PackKernel(ArrayView<float> x, ArrayView<float> packed, PixelLayout layout)
    {
        int i = FlatLaunch.Item;
        if (i < layout.Count)
            packed[i] = x[layout.ElementOffset(i)];
    }

    /// <summary>packed = x.</summary>
    /// <exception cref="ArgumentException">The array's length is not H·W·C.</exception>
    public void Launch(Tensor x, DeviceArray packed)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Length(nameof(Pack), packed, x.Shape.Length);
        using (engine.Launch(nameof(Pack), 0, 8.0 * x.Shape.Length))
            _kernel.Launch(FlatLaunch.Over((int)x.Shape.Length), x.View, packed.View, new PixelLayout(x.Shape));
    }
}

/// <summary>The way back from <see cref="Pack"/>, with a sum: x[i] += a·packed[i].</summary>
/// <remarks>Shapes and launch as <see cref="Pack"/>'s; border and padding stay as they are.</remarks>
public sealed class AddPacked(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout, float> _kernel =
        new(engine, AddPackedKernel);

    private static void AddPackedKernel(ArrayView<float> packed, ArrayView<float> x, PixelLayout layout, float scale)
    {
        int i = FlatLaunch.Item;
        if (i < layout.Count)
        {
            int at = layout.ElementOffset(i);
            x[at] = x[at] + scale * packed[i];
        }
    }

    /// <summary>x += scale·packed.</summary>
    /// <exception cref="ArgumentException">The array's length is not H·W·C.</exception>
    public void Launch(DeviceArray packed, float scale, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Length(nameof(AddPacked), packed, x.Shape.Length);
        using (engine.Launch(nameof(AddPacked), 2.0 * x.Shape.Length, 12.0 * x.Shape.Length))
            _kernel.Launch(FlatLaunch.Over((int)x.Shape.Length), packed.View, x.View, new PixelLayout(x.Shape), scale);
    }
}
