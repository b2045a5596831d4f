using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU.Runtime.OpenCL;

/// <summary>
/// Memory for large buffers of a device that computes in the host's memory, in huge pages where Linux has them.
/// </summary>
/// <remarks>
/// The first touch of each page is a fault; with pages of 4 KiB those faults take longer than all else that happens to
/// a new buffer: docs/performance.md has the numbers. Drivers do not ask for larger ones themselves.
/// </remarks>
internal static unsafe partial class HugePages
{
    private const nuint PageSize = 2 << 20;
    private const int AdviseHugePage = 14;

    /// <summary>Whether a buffer of so many bytes is better off here than in the driver's own memory.</summary>
    internal static bool Suit(CLDevice device, long bytes) =>
        OperatingSystem.IsLinux()
        && device is { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU, IsOclgrind: false }
        && bytes >= (long)PageSize;

    /// <summary>Creates a cl_mem on such memory, which is freed with it.</summary>
    internal static nint CreateBuffer(nint context, ulong flags, nuint bytes, CLError* error)
    {
        const ulong UseHostPointer = 1 << 3;
        void* memory;
        try
        {
            memory = NativeMemory.AlignedAlloc(bytes, PageSize);
        }
        catch (OutOfMemoryException)
        {
            *error = CLError.CL_OUT_OF_HOST_MEMORY;
            return 0;
        }
        // Refused by a kernel without huge pages; small ones do as well.
        _ = Advise(memory, bytes, AdviseHugePage);
        nint buffer = OpenCLLibrary.CreateBuffer(context, flags | UseHostPointer, bytes, memory, error);
        if (buffer == 0)
        {
            NativeMemory.AlignedFree(memory);
            return 0;
        }
        // Not earlier: commands that are queued keep the cl_mem, and with it the memory, beyond its release.
        *error = OpenCLLibrary.SetMemObjectDestructorCallback(buffer, &Free, memory);
        return buffer;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint buffer, void* memory) => NativeMemory.AlignedFree(memory);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
