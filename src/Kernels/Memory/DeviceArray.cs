using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels;

/// <summary>
/// A flat float32 array on the device: Gram matrices, biases, packed weights, loss slots, partial sums.
/// </summary>
/// <remarks>
/// Allocated through <see cref="Engine.AllocateArray"/> and <see cref="Engine.AllocateUninitializedArray"/>.
/// </remarks>
public sealed class DeviceArray : IDisposable
{
    private readonly Engine _engine;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> _buffer;
    private bool _disposed;

    internal DeviceArray(Engine engine, string name, long length)
    {
        _engine = engine;
        Name = name;
        Length = length;
        _buffer = engine.AllocateBuffer(name, length);
    }

    /// <summary>What the array holds, for messages.</summary>
    public string Name { get; }

    /// <summary>Its length in floats.</summary>
    public long Length { get; }

    internal ArrayView<float> View => _buffer.View.BaseView;

    /// <summary>Copies the values to the device.</summary>
    /// <exception cref="ArgumentException">Their number differs from <see cref="Length"/>.</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        RequireLength(values.Length);
        if (_engine.Queue.IsEmpty)
        {
            View.CopyFromCPU(values);
            return;
        }
        float[] waiting = values.ToArray();
        _engine.Queue.Add(() => View.CopyFromCPU(waiting));
    }

    /// <summary>Copies the values from the device. Waits for the device.</summary>
    /// <exception cref="ArgumentException">Their number differs from <see cref="Length"/>.</exception>
    public void CopyTo(float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireLength(values.Length);
        _engine.CountSynchronization();
        _engine.Queue.Drain();
        _buffer.CopyToCPU(values);
    }

    /// <summary>The values. Waits for the device.</summary>
    public float[] ToArray()
    {
        float[] values = new float[Length];
        CopyTo(values);
        return values;
    }

    /// <summary>Sets every element to zero.</summary>
    public void Clear() => _engine.Clear(View);

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _engine.Free(_buffer);
    }

    private void RequireLength(long length)
    {
        if (length != Length)
        {
            throw new ArgumentException(
                $"Array '{Name}' holds {Length} values, but {length} were passed.");
        }
    }
}
