using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>Property lists (H5P*).</summary>
internal static class H5P
{
    /// <summary>The default properties of whatever is asked for.</summary>
    public const long DEFAULT = 0;

    /// <summary>The class of the properties of a dataset to be created.</summary>
    public static long DATASET_CREATE { get; } = NativeHdf5.ReadIdentifier("H5P_CLS_DATASET_CREATE_ID_g");

    /// <summary>Makes a property list of the class; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Pcreate", CallingConvention = CallingConvention.Cdecl)]
    public static extern long create(long cls_id);

    /// <summary>Sets whether objects record the times of their creation and change; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Pset_obj_track_times", CallingConvention = CallingConvention.Cdecl)]
    public static extern int set_obj_track_times(long ocpl_id, uint track_times);

    /// <summary>How the dataset is stored.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Pget_layout", CallingConvention = CallingConvention.Cdecl)]
    public static extern H5D.layout_t get_layout(long plist);

    /// <summary>
    /// Writes a chunk's extents into <paramref name="dims"/> and returns their number; negative on failure.
    /// </summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Pget_chunk", CallingConvention = CallingConvention.Cdecl)]
    public static extern int get_chunk(long plist_id, int max_ndims, [In][Out] ulong[] dims);

    /// <summary>The number of filters in the pipeline; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Pget_nfilters", CallingConvention = CallingConvention.Cdecl)]
    public static extern int get_nfilters(long plist);

    /// <summary>The filter at a place in the pipeline.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Pget_filter2", CallingConvention = CallingConvention.Cdecl)]
    public static extern H5Z.filter_t get_filter(
        long plist_id, uint idx, ref uint flags, ref IntPtr cd_nelmts, uint[] cd_values,
        IntPtr namelen, [In][Out] byte[] name, ref uint filter_config);

    /// <summary>Closes a property list; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Pclose", CallingConvention = CallingConvention.Cdecl)]
    public static extern int close(long plist);
}
