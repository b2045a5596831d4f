using ILGPU;
using ILGPU.Algorithms;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Dense;

/// <summary>Softmax in place: x[i] = exp(x[i] − m) / Σⱼ exp(x[j] − m), m = max x.</summary>
/// <remarks>
/// Shape: x [n]; the classes of a network, some thousands at most. Subtracting the maximum changes nothing but
/// keeps exp from overflowing. NaN anywhere gives NaN everywhere. Fixed order, no atomics. Launch: one group.
/// </remarks>
public sealed class Softmax(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, int> _kernel = new(engine, SoftmaxKernel);

    private static void SoftmaxKernel(ArrayView<float> x, int count)
    {
        float largest = float.NegativeInfinity;
        for (int i = Group.IdxX; i < count; i += GroupSum.GroupSize)
            largest = IntrinsicMath.Max(largest, x[i]);
        largest = GroupMaximum(largest);
        float sum = 0;
        for (int i = Group.IdxX; i < count; i += GroupSum.GroupSize)
        {
            float exponential = XMath.Exp(x[i] - largest);
            x[i] = exponential;
            sum += exponential;
        }
        float total = GroupSum.Of(sum);
        for (int i = Group.IdxX; i < count; i += GroupSum.GroupSize)
            x[i] = x[i] / total;
    }

    private static float GroupMaximum(float value)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.GroupSize);
        shared[Group.IdxX] = value;
        Group.Barrier();
        for (int half = GroupSum.GroupSize / 2; half > 0; half >>= 1)
        {
            if (Group.IdxX < half)
                shared[Group.IdxX] = IntrinsicMath.Max(shared[Group.IdxX], shared[Group.IdxX + half]);
            Group.Barrier();
        }
        return shared[0];
    }

    /// <summary>x = softmax(x).</summary>
    public void Launch(DeviceArray x)
    {
        ArgumentNullException.ThrowIfNull(x);
        int count = checked((int)x.Length);
        using (engine.Launch(nameof(Softmax), 4.0 * count, 8.0 * count))
            _kernel.Launch(new KernelConfig(1, GroupSum.GroupSize), x.View, count);
    }
}
