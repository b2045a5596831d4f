using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU.Runtime.OpenCL;

/// <summary>Checks and queues copies and fills.</summary>
internal static unsafe class Transfer
{
    private const uint NonBlocking = 0;
    private const uint Blocking = 1;

    /// <summary>
    /// What buffers are cleared with: written, not filled, because Oclgrind takes a filled buffer for uninitialised.
    /// Pinned and never freed, so that nothing waits for the copy.
    /// </summary>
    private static readonly byte[] Zeros = GC.AllocateArray<byte>(1 << 20, pinned: true);

    internal static void Clear(AcceleratorStream stream, ArrayView<byte> target)
    {
        nint memory = MemoryOf(target, stream, nameof(target));
        if (target.Length == 0)
            return;
        if (target.Index != 0)
        {
            throw new NotSupportedException(
                "A view is cleared only from the start of its buffer: elsewhere ILGPU 1.5's OpenCL clears another place, "
                + "because it takes an offset in bytes for one in elements. Let a kernel store the zeros.");
        }
        if (((CLAccelerator)stream.Accelerator).Device.IsOclgrind)
        {
            // In one go: of a buffer that is written in pieces it takes all but the last for uninitialised.
            Write(stream, target, new ReadOnlySpan<byte>(new byte[target.Length]));
            return;
        }
        nuint end = (nuint)target.Length;
        for (nuint offset = 0; offset < end; offset += (nuint)Zeros.Length)
        {
            CLException.ThrowIfFailed(
                OpenCLLibrary.EnqueueWriteBuffer(
                    QueueOf(stream), memory, NonBlocking, offset, Math.Min((nuint)Zeros.Length, end - offset),
                    Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Zeros)), 0, null, null),
                $"clear {target.Length} bytes");
        }
        GC.KeepAlive(target.Buffer);
    }

    internal static void Write<T>(AcceleratorStream stream, ArrayView<byte> target, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        nint memory = MemoryOf(target, stream, nameof(target));
        nuint size = SizeWithin(target, data.Length, Unsafe.SizeOf<T>());
        if (size == 0)
            return;
        fixed (T* source = data)
        {
            CLException.ThrowIfFailed(
                OpenCLLibrary.EnqueueWriteBuffer(
                    QueueOf(stream), memory, Blocking, (nuint)target.Index, size, source, 0, null, null),
                $"write {size} bytes to a buffer");
        }
        GC.KeepAlive(target.Buffer);
    }

    internal static void Read<T>(AcceleratorStream stream, ArrayView<byte> source, Span<T> data)
        where T : unmanaged
    {
        nint memory = MemoryOf(source, stream, nameof(source));
        nuint size = SizeWithin(source, data.Length, Unsafe.SizeOf<T>());
        if (size == 0)
            return;
        fixed (T* target = data)
        {
            CLException.ThrowIfFailed(
                OpenCLLibrary.EnqueueReadBuffer(
                    QueueOf(stream), memory, Blocking, (nuint)source.Index, size, target, 0, null, null),
                $"read {size} bytes from a buffer");
        }
        GC.KeepAlive(source.Buffer);
    }

    internal static void EnsureSameLength(long viewLength, int dataLength, string parameter)
    {
        if (dataLength != viewLength)
        {
            throw new ArgumentOutOfRangeException(
                parameter, dataLength, $"The array has {dataLength} elements, the view {viewLength}.");
        }
    }

    private static nuint SizeWithin(ArrayView<byte> view, int length, int elementSize)
    {
        long size = (long)length * elementSize;
        return size <= view.Length
            ? (nuint)size
            : throw new ArgumentOutOfRangeException(
                nameof(length), length, $"The span has {length} elements, the view only {view.Length / elementSize}.");
    }

    private static nint MemoryOf(ArrayView<byte> view, AcceleratorStream stream, string parameter)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (view.Buffer is null)
            throw new ArgumentException("The view has no buffer.", parameter);
        ObjectDisposedException.ThrowIf(view.Buffer.IsDisposed, view.Buffer);
        if (view.Buffer.Accelerator != stream.Accelerator)
            throw new ArgumentException("The view and the stream are of different accelerators.", parameter);
        return ((CLMemoryBuffer)view.Buffer).Handle;
    }

    private static nint QueueOf(AcceleratorStream stream) => ((CLStream)stream).Queue;
}
