namespace ILGPU.Runtime;

/// <summary>Memory of an accelerator.</summary>
public abstract class MemoryBuffer : AcceleratorObject
{
    private protected MemoryBuffer(Accelerator accelerator, long length, int elementSize)
        : base(accelerator)
    {
        Length = length;
        ElementSize = elementSize;
    }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Size of an element in bytes.</summary>
    public int ElementSize { get; }

    /// <summary>Size in bytes.</summary>
    public long LengthInBytes => Length * ElementSize;
}

/// <summary>Memory of an accelerator that is looked at through a view.</summary>
/// <typeparam name="TView">The type of the view.</typeparam>
public class MemoryBuffer<TView> : MemoryBuffer, IContiguousArrayView
    where TView : struct, IArrayView
{
    private protected MemoryBuffer(Accelerator accelerator, TView view)
        : base(accelerator, view.Length, view.ElementSize) => View = view;

    /// <summary>The whole buffer.</summary>
    public TView View { get; }

    MemoryBuffer IArrayView.Buffer => View.Buffer;

    ArrayView<byte> IContiguousArrayView.AsRawArrayView() => new(View.Buffer, 0, LengthInBytes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            View.Buffer.Dispose();
        base.Dispose(disposing);
    }
}
