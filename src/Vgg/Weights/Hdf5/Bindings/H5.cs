using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>The library as a whole (H5*).</summary>
internal static class H5
{
    /// <summary>Initialises the library; calls after the first do nothing. Negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5open", CallingConvention = CallingConvention.Cdecl)]
    public static extern int open();
}
