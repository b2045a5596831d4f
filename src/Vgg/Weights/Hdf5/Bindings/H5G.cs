using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>Groups (H5G*).</summary>
internal static class H5G
{
    /// <summary>Opens a group; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Gopen2", CallingConvention = CallingConvention.Cdecl)]
    public static extern long open(
        long loc_id, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, long gapl_id = H5P.DEFAULT);

    /// <summary>Creates a group; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Gcreate2", CallingConvention = CallingConvention.Cdecl)]
    public static extern long create(
        long loc_id, [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        long lcpl_id = H5P.DEFAULT, long gcpl_id = H5P.DEFAULT, long gapl_id = H5P.DEFAULT);

    /// <summary>Closes a group; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Gclose", CallingConvention = CallingConvention.Cdecl)]
    public static extern int close(long group_id);
}
