namespace ILGPU.Runtime.OpenCL;

/// <summary>A cl_mem.</summary>
internal sealed unsafe class CLMemoryBuffer : MemoryBuffer
{
    internal CLMemoryBuffer(CLAccelerator accelerator, long length, int elementSize)
        : base(accelerator, length, elementSize)
    {
        if (length > accelerator.Device.MaxAllocation / elementSize)
        {
            throw new CLException(
                $"A buffer of {length} × {elementSize} bytes is larger than the {accelerator.Device.MaxAllocation} " +
                $"bytes that {accelerator.Name} can allocate at once.");
        }
        // OpenCL has no empty buffers; a kernel gets a null pointer instead.
        if (length == 0)
            return;
        const ulong ReadWrite = 1;
        CLError error;
        nint context = accelerator.ClContext;
        Handle = HugePages.Suit(accelerator.Device, LengthInBytes)
            ? HugePages.CreateBuffer(context, ReadWrite, (nuint)LengthInBytes, &error)
            : OpenCLLibrary.CreateBuffer(context, ReadWrite, (nuint)LengthInBytes, null, &error);
        CLException.ThrowIfFailed(error, $"allocate {LengthInBytes} bytes on {accelerator.Name}");
    }

    /// <summary>The cl_mem; 0 if the buffer is empty.</summary>
    internal nint Handle { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Handle != 0)
            _ = OpenCLLibrary.ReleaseMemObject(Handle);
        base.Dispose(disposing);
    }
}
