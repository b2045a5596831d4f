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
        foreach ((int first, int rows) in StagedRows())
        {
            float[] staged = new float[rows * Shape.RowPitch];
            for (int y = Math.Max(first, 0); y < Math.Min(first + rows, Shape.Height); y++)
            {
                for (int x = 0; x < Shape.Width; x++)
                {
                    values.Slice((y * Shape.Width + x) * Shape.Channels, Shape.Channels)
                        .CopyTo(staged.AsSpan(PixelOffset(y - first - 1, x)));
                }
            }
            ArrayView<float> place = View.SubView((first + 1L) * Shape.RowPitch, staged.Length);
            _engine.Queue.Add(() => place.CopyFromCPU(staged));
        }
    }

    /// <summary>Copies H·W·C floats in H × W × C order from the device. Waits for the device.</summary>
    /// <exception cref="ArgumentException">The length differs from H·W·C.</exception>
    public void CopyTo(Span<float> values)
    {
        RequireLength(values.Length);
        _engine.CountSynchronization();
        _engine.Queue.Drain();
        float[] buffer = new float[StagedRows().First().Count * Shape.RowPitch];
        foreach ((int first, int rows) in StagedRows())
        {
            Span<float> staged = buffer.AsSpan(0, rows * Shape.RowPitch);
            View.SubView((first + 1L) * Shape.RowPitch, staged.Length).CopyToCPU(staged);
            for (int y = Math.Max(first, 0); y < Math.Min(first + rows, Shape.Height); y++)
            {
                for (int x = 0; x < Shape.Width; x++)
                {
                    staged.Slice(PixelOffset(y - first - 1, x), Shape.Channels)
                        .CopyTo(values[((y * Shape.Width + x) * Shape.Channels)..]);
                }
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

    /// <summary>
    /// Rows, those of the border at -1 and Height included, that are copied at a time: through arrays of 1 MiB or of a
    /// row, because all of them would be eight thirds of a picture again.
    /// </summary>
    private IEnumerable<(int First, int Count)> StagedRows()
    {
        int most = Math.Max(1, (1 << 18) / Shape.RowPitch);
        for (int first = -1; first <= Shape.Height; first += most)
            yield return (first, Math.Min(most, Shape.Height + 1 - first));
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
