using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Kernels;

/// <summary>Asks Linux for large pages where an OpenCL device's buffers lie in the host's memory.</summary>
/// <remarks>
/// A first touch of each 4 KiB was half a second of a start at 256 px; pages of 2 MiB are touched 512 times as seldom.
/// </remarks>
internal sealed partial class LargePages(CLAccelerator accelerator)
{
    /// <summary>Bytes of a large page of x86-64 and of most ARM64 kernels.</summary>
    private const long PageBytes = 2 << 20;

    private const uint Blocking = 1;
    private const ulong MapForRead = 1;

    /// <summary>MADV_HUGEPAGE of mman.h.</summary>
    private const int UseHugePages = 14;

    // Its own: mapping waits for what is on a buffer's stream.
    private readonly CLStream _stream = (CLStream)accelerator.CreateStream();

    /// <summary>Asks for the whole large pages of a new buffer. It is advice: nobody minds if none is heard.</summary>
    public void Advise(MemoryBuffer buffer)
    {
        if (buffer.LengthInBytes < 2 * PageBytes)
            return;
        nint start = Map(
            _stream.CommandQueue, buffer.NativePtr, Blocking, MapForRead, 0, (nuint)buffer.LengthInBytes, 0, 0, 0,
            out int error);
        if (error != 0)
            return;
        long first = (start + PageBytes - 1) / PageBytes * PageBytes;
        long end = (start + buffer.LengthInBytes) / PageBytes * PageBytes;
        _ = AdviseMemory((nint)first, (nuint)(end - first), UseHugePages);
        _ = Unmap(_stream.CommandQueue, buffer.NativePtr, start, 0, 0, 0);
    }

    [LibraryImport("OpenCL", EntryPoint = "clEnqueueMapBuffer")]
    private static partial nint Map(
        nint queue, nint buffer, uint blocking, ulong flags, nuint offset, nuint size, uint waitCount, nint waitList,
        nint mapped, out int error);

    [LibraryImport("OpenCL", EntryPoint = "clEnqueueUnmapMemObject")]
    private static partial int Unmap(
        nint queue, nint buffer, nint start, uint waitCount, nint waitList, nint unmapped);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseMemory(nint start, nuint length, int advice);
}
