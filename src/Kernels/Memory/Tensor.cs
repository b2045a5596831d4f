using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels;

/// <summary>
/// A picture or feature map on the device: float32, batch 1, H × W × C with a border of one zero pixel and
/// channels padded to a multiple of 8 (<see cref="TensorShape"/> says where each element lies).
/// </summary>
/// <remarks>
/// Border, padding and tail are zeroed on allocation and kernels store nothing but zeros there. Allocated through
/// <see cref="Engine.AllocateTensor"/> and <see cref="Engine.AllocateUninitializedTensor"/>.
/// </remarks>
public sealed class Tensor : IDisposable
{
    private readonly Engine _engine;
    private readonly MemoryBuffer1D<float, Stride1D.Dense>? _ownBuffer;
    private bool _disposed;

    internal Tensor(Engine engine, string name, TensorShape shape)
    {
        _engine = engine;
        Name = name;
        Shape = shape;
        _ownBuffer = engine.AllocateBuffer(name, shape.AllocatedLength);
        View = _ownBuffer.View.BaseView;
    }

    internal Tensor(Engine engine, string name, TensorShape shape, DeviceArray arena, long offset)
    {
        _engine = engine;
        Name = name;
        Shape = shape;
        View = arena.View.SubView(offset, shape.AllocatedLength);
    }

    /// <summary>What the tensor holds, for messages.</summary>
    public string Name { get; }

    /// <summary>Its size.</summary>
    public TensorShape Shape { get; }

    internal ArrayView<float> View { get; }

    /// <summary>Copies H·W·C floats in H × W × C order to the device.</summary>
    /// <exception cref="ArgumentException">The length differs from H·W·C.</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        RequireLength(values.Length);
        float[] staged = new float[Shape.AllocatedLength];
        for (int y = 0; y < Shape.Height; y++)
        {
            for (int x = 0; x < Shape.Width; x++)
            {
                values.Slice((y * Shape.Width + x) * Shape.Channels, Shape.Channels)
                    .CopyTo(staged.AsSpan(PixelOffset(y, x)));
            }
        }
        _engine.Queue.Add(() => View.CopyFromCPU(staged));
    }

    /// <summary>Copies H·W·C floats in H × W × C order from the device. Waits for the device.</summary>
    /// <exception cref="ArgumentException">The length differs from H·W·C.</exception>
    public void CopyTo(Span<float> values)
    {
        RequireLength(values.Length);
        float[] staged = new float[Shape.AllocatedLength];
        _engine.CountSynchronization();
        _engine.Queue.Drain();
        View.CopyToCPU(staged);
        for (int y = 0; y < Shape.Height; y++)
        {
            for (int x = 0; x < Shape.Width; x++)
            {
                staged.AsSpan(PixelOffset(y, x), Shape.Channels)
                    .CopyTo(values[((y * Shape.Width + x) * Shape.Channels)..]);
            }
        }
    }

    /// <summary>The H·W·C values in H × W × C order. Waits for the device.</summary>
    public float[] ToArray()
    {
        float[] values = new float[Shape.Length];
        CopyTo(values);
        return values;
    }

    /// <summary>Sets every element to zero, of a tensor with memory of its own.</summary>
    /// <exception cref="InvalidOperationException">It lies in memory that it shares.</exception>
    public void Clear()
    {
        // ILGPU 1.5's OpenCL takes the offset of a view in bytes for one in elements, and clears another place.
        if (_ownBuffer is null)
            throw new InvalidOperationException($"Tensor '{Name}' shares its memory: ClearBorder can clear it.");
        _engine.Clear(View);
    }

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_ownBuffer is null)
            return;
        _engine.Free(_ownBuffer);
    }

    /// <summary>The buffer as it lies on the device, border and tail included; for tests of stray writes.</summary>
    internal float[] ToBorderedArray()
    {
        float[] values = new float[Shape.AllocatedLength];
        _engine.Queue.Drain();
        View.CopyToCPU(values);
        return values;
    }

    private int PixelOffset(int y, int x) => Shape.Origin + y * Shape.RowPitch + x * Shape.PaddedChannels;

    private void RequireLength(long length)
    {
        if (length != Shape.Length)
        {
            throw new ArgumentException(
                $"Tensor '{Name}' of {Shape} holds {Shape.Length} values, but {length} were passed.");
        }
    }
}
