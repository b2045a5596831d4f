using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>Data spaces: shapes and selections (H5S*).</summary>
internal static class H5S
{
    /// <summary>All elements.</summary>
    public const int ALL = 0;

    /// <summary>How a selection is combined with the one before.</summary>
    public enum seloper_t
    {
        /// <summary>Not known.</summary>
        NOOP = -1,

        /// <summary>The new selection replaces the old one.</summary>
        SET = 0,
    }

    /// <summary>Makes a data space of the given extents; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Screate_simple", CallingConvention = CallingConvention.Cdecl)]
    public static extern long create_simple(int rank, ulong[] dims, ulong[]? maxdims);

    /// <summary>The number of dimensions; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Sget_simple_extent_ndims", CallingConvention = CallingConvention.Cdecl)]
    public static extern int get_simple_extent_ndims(long space_id);

    /// <summary>Writes the extents into <paramref name="dims"/>; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Sget_simple_extent_dims", CallingConvention = CallingConvention.Cdecl)]
    public static extern int get_simple_extent_dims(
        long space_id, [In][Out] ulong[] dims, [In][Out] ulong[]? maxdims);

    /// <summary>The number of elements; negative on failure.</summary>
    [DllImport(
        NativeHdf5.Name, EntryPoint = "H5Sget_simple_extent_npoints", CallingConvention = CallingConvention.Cdecl)]
    public static extern long get_simple_extent_npoints(long space_id);

    /// <summary>Selects a box of elements; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Sselect_hyperslab", CallingConvention = CallingConvention.Cdecl)]
    public static extern int select_hyperslab(
        long space_id, seloper_t op, ulong[] start, ulong[]? stride, ulong[] count, ulong[]? block);

    /// <summary>Closes a data space; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Sclose", CallingConvention = CallingConvention.Cdecl)]
    public static extern int close(long space_id);
}
