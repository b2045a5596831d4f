using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>Files (H5F*).</summary>
internal static class H5F
{
    /// <summary>Open for reading only.</summary>
    public const uint ACC_RDONLY = 0x0000u;

    /// <summary>Create, or overwrite what is there.</summary>
    public const uint ACC_TRUNC = 0x0002u;

    /// <summary>Opens a file; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Fopen", CallingConvention = CallingConvention.Cdecl)]
    public static extern long open(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string filename, uint flags, long plist = H5P.DEFAULT);

    /// <summary>Creates a file; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Fcreate", CallingConvention = CallingConvention.Cdecl)]
    public static extern long create(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string filename, uint flags,
        long create_plist = H5P.DEFAULT, long access_plist = H5P.DEFAULT);

    /// <summary>Closes a file; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Fclose", CallingConvention = CallingConvention.Cdecl)]
    public static extern int close(long file_id);
}
