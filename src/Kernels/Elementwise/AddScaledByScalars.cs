using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>
/// y += (a·scalars[i] + b·scalars[j])·x: a vector added with a factor that is known on the device only, so that
/// a chain of inner products and sums needs no word from the host.
/// </summary>
/// <remarks>Shapes: x, y of one length. Launch: one work-item per element.</remarks>
public sealed class AddScaledByScalars(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, Factor, int> _kernel =
        new(engine, AddScaledByScalarsKernel);

    private static void AddScaledByScalarsKernel(
        ArrayView<float> x, ArrayView<float> y, ArrayView<float> scalars, Factor factor, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
            y[i] = y[i] + (factor.A * scalars[factor.I] + factor.B * scalars[factor.J]) * x[i];
    }

    /// <summary>y += (a·scalars[i] + b·scalars[j])·x.</summary>
    /// <exception cref="ArgumentException">The lengths differ or there is no such scalar.</exception>
    public void Launch(DeviceArray scalars, float a, int i, float b, int j, DeviceArray x, DeviceArray y)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Length(nameof(AddScaledByScalars), y, x.Length);
        Require.Slot(nameof(AddScaledByScalars), scalars, i);
        Require.Slot(nameof(AddScaledByScalars), scalars, j);
        int count = checked((int)x.Length);
        using (engine.Launch(nameof(AddScaledByScalars), 2.0 * count, 12.0 * count))
        {
            _kernel.Launch(FlatLaunch.Over(count), x.View, y.View, scalars.View,
                new Factor { A = a, I = i, B = b, J = j }, count);
        }
    }

    internal struct Factor
    {
        public float A;
        public int I;
        public float B;
        public int J;
    }
}
