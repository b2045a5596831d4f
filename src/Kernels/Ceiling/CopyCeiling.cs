using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Kernels.Ceiling;

/// <summary>The memory ceiling of a device: a large copy, too large for its caches.</summary>
internal sealed class CopyCeiling(Engine engine)
{
    /// <summary>4096 × 4096 × 8 floats, 512 MiB: above the last-level caches of today's CPUs and GPUs.</summary>
    private static readonly TensorShape Shape = new(4096, 4096, 8);

    /// <summary>A quarter of it, for devices with little memory.</summary>
    private static readonly TensorShape SmallShape = new(2048, 2048, 8);

    /// <summary>GB/s (10⁹), bytes read and written counted; the best of several launches.</summary>
    public double MeasureGigabytes()
    {
        TensorShape shape = 4 * Shape.AllocatedBytes < engine.Device.MemoryBytes ? Shape : SmallShape;
        using Tensor from = engine.AllocateTensor("copy ceiling", shape);
        using Tensor to = engine.AllocateTensor("copy ceiling", shape);
        Scale copy = engine.Get(e => new Scale(e));
        return DeviceCeilings.Best(engine, 8.0 * shape.Length, () => copy.Launch(from, 1, to));
    }
}
