using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>Attributes (H5A*).</summary>
internal static class H5A
{
    /// <summary>Positive where the object has the attribute, 0 where not; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Aexists", CallingConvention = CallingConvention.Cdecl)]
    public static extern int exists(long obj_id, [MarshalAs(UnmanagedType.LPUTF8Str)] string attr_name);

    /// <summary>Opens an attribute; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Aopen", CallingConvention = CallingConvention.Cdecl)]
    public static extern long open(
        long obj_id, [MarshalAs(UnmanagedType.LPUTF8Str)] string attr_name, long aapl_id = H5P.DEFAULT);

    /// <summary>Creates an attribute; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Acreate2", CallingConvention = CallingConvention.Cdecl)]
    public static extern long create(
        long loc_id, [MarshalAs(UnmanagedType.LPUTF8Str)] string attr_name, long type_id, long space_id,
        long acpl_id = H5P.DEFAULT, long aapl_id = H5P.DEFAULT);

    /// <summary>The attribute's data space, to be closed by the caller; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Aget_space", CallingConvention = CallingConvention.Cdecl)]
    public static extern long get_space(long attr_id);

    /// <summary>The attribute's data type, to be closed by the caller; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Aget_type", CallingConvention = CallingConvention.Cdecl)]
    public static extern long get_type(long attr_id);

    /// <summary>Reads the whole attribute, converted to the given type; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Aread", CallingConvention = CallingConvention.Cdecl)]
    public static extern int read(long attr_id, long type_id, IntPtr buf);

    /// <summary>Writes the whole attribute, converted from the given type; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Awrite", CallingConvention = CallingConvention.Cdecl)]
    public static extern int write(long attr_id, long mem_type_id, IntPtr buf);

    /// <summary>Closes an attribute; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Aclose", CallingConvention = CallingConvention.Cdecl)]
    public static extern int close(long attr_id);
}
