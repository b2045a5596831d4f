using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>Datasets (H5D*).</summary>
internal static class H5D
{
    /// <summary>How a dataset's elements are stored.</summary>
    public enum layout_t
    {
        /// <summary>Not known.</summary>
        LAYOUT_ERROR = -1,

        /// <summary>In the object's header.</summary>
        COMPACT = 0,

        /// <summary>In one piece.</summary>
        CONTIGUOUS = 1,

        /// <summary>In chunks, which filters may have compressed.</summary>
        CHUNKED = 2,

        /// <summary>In other datasets.</summary>
        VIRTUAL = 3,
    }

    /// <summary>Opens a dataset; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Dopen2", CallingConvention = CallingConvention.Cdecl)]
    public static extern long open(
        long file_id, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, long dapl_id = H5P.DEFAULT);

    /// <summary>Creates a dataset; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Dcreate2", CallingConvention = CallingConvention.Cdecl)]
    public static extern long create(
        long loc_id, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, long type_id, long space_id,
        long lcpl_id = H5P.DEFAULT, long dcpl_id = H5P.DEFAULT, long dapl_id = H5P.DEFAULT);

    /// <summary>The dataset's data space, to be closed by the caller; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Dget_space", CallingConvention = CallingConvention.Cdecl)]
    public static extern long get_space(long dset_id);

    /// <summary>The dataset's data type, to be closed by the caller; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Dget_type", CallingConvention = CallingConvention.Cdecl)]
    public static extern long get_type(long dset_id);

    /// <summary>The dataset's creation properties, to be closed by the caller; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Dget_create_plist", CallingConvention = CallingConvention.Cdecl)]
    public static extern long get_create_plist(long dset_id);

    /// <summary>Reads the selected elements, converted to the given type; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Dread", CallingConvention = CallingConvention.Cdecl)]
    public static extern int read(
        long dset_id, long mem_type_id, long mem_space_id, long file_space_id, long plist_id, IntPtr buf);

    /// <summary>Writes the selected elements, converted from the given type; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Dwrite", CallingConvention = CallingConvention.Cdecl)]
    public static extern int write(
        long dset_id, long mem_type_id, long mem_space_id, long file_space_id, long plist_id, IntPtr buf);

    /// <summary>Frees what reading variable-length elements into <paramref name="buf"/> allocated.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Dvlen_reclaim", CallingConvention = CallingConvention.Cdecl)]
    public static extern int vlen_reclaim(long type_id, long space_id, long plist_id, IntPtr buf);

    /// <summary>Closes a dataset; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Dclose", CallingConvention = CallingConvention.Cdecl)]
    public static extern int close(long dset_id);
}
