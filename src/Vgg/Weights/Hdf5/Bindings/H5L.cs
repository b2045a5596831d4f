using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>Links (H5L*).</summary>
internal static class H5L
{
    /// <summary>Positive where the link is there, 0 where not; negative where a group on its way is missing.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Lexists", CallingConvention = CallingConvention.Cdecl)]
    public static extern int exists(
        long loc_id, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, long lapl_id = H5P.DEFAULT);
}
