using System.Runtime.InteropServices;

namespace IlgpuStyle.Kernels;

/// <summary>glibc's allocator, from which OpenCL drivers for the CPU take a device's buffers.</summary>
internal static partial class HostAllocator
{
    /// <summary>M_MMAP_THRESHOLD of malloc.h.</summary>
    private const int MmapThreshold = -3;

    /// <summary>
    /// Blocks of 1 MiB and more go back to the system when they are freed. By default glibc raises that limit with
    /// each larger block that is freed, up to 32 MiB, and keeps what lies below in heaps full of holes: 160 MiB of a
    /// run at 600×400.
    /// </summary>
    public static void ReturnLargeBlocks()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetOption(MmapThreshold, 1 << 20);
        }
        catch (DllNotFoundException)
        {
            // Another C library, with another allocator.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
