using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>The error stack (H5E*).</summary>
internal static class H5E
{
    /// <summary>The calling thread's error stack.</summary>
    public const long DEFAULT = 0;

    /// <summary>What the library calls when one of its functions fails.</summary>
    public delegate int auto_t(long estack, IntPtr client_data);

    /// <summary>Sets what happens on an error; null silences the library's printing on stderr.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Eset_auto2", CallingConvention = CallingConvention.Cdecl)]
    public static extern int set_auto(long estack_id, auto_t? func, IntPtr client_data);
}
