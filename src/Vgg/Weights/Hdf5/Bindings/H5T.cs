using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>Data types (H5T*).</summary>
internal static class H5T
{
    /// <summary>The kinds of types.</summary>
    public enum class_t
    {
        /// <summary>Not known.</summary>
        NO_CLASS = -1,

        /// <summary>Whole numbers.</summary>
        INTEGER = 0,

        /// <summary>Floating-point numbers.</summary>
        FLOAT = 1,

        /// <summary>Times.</summary>
        TIME = 2,

        /// <summary>Strings of fixed or variable length.</summary>
        STRING = 3,
    }

    /// <summary>The order of a number's bytes.</summary>
    public enum order_t
    {
        /// <summary>Not known.</summary>
        ERROR = -1,

        /// <summary>Least significant byte first.</summary>
        LE = 0,

        /// <summary>Most significant byte first.</summary>
        BE = 1,
    }

    /// <summary>How a string of fixed length is filled up.</summary>
    public enum str_t
    {
        /// <summary>Not known.</summary>
        ERROR = -1,

        /// <summary>Ends with a zero byte.</summary>
        NULLTERM = 0,

        /// <summary>Filled up with zero bytes.</summary>
        NULLPAD = 1,

        /// <summary>Filled up with spaces.</summary>
        SPACEPAD = 2,
    }

    /// <summary>The machine's float.</summary>
    public static long NATIVE_FLOAT { get; } = NativeHdf5.ReadIdentifier("H5T_NATIVE_FLOAT_g");

    /// <summary>32-bit IEEE floating point, least significant byte first.</summary>
    public static long IEEE_F32LE { get; } = NativeHdf5.ReadIdentifier("H5T_IEEE_F32LE_g");

    /// <summary>64-bit IEEE floating point, least significant byte first.</summary>
    public static long IEEE_F64LE { get; } = NativeHdf5.ReadIdentifier("H5T_IEEE_F64LE_g");

    /// <summary>A string of one byte; copy it and set its size.</summary>
    public static long C_S1 { get; } = NativeHdf5.ReadIdentifier("H5T_C_S1_g");

    /// <summary>Copies a type; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Tcopy", CallingConvention = CallingConvention.Cdecl)]
    public static extern long copy(long type_id);

    /// <summary>The type's kind.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Tget_class", CallingConvention = CallingConvention.Cdecl)]
    public static extern class_t get_class(long dtype_id);

    /// <summary>The type's size in bytes; 0 on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Tget_size", CallingConvention = CallingConvention.Cdecl)]
    public static extern IntPtr get_size(long dtype_id);

    /// <summary>Sets the type's size in bytes; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Tset_size", CallingConvention = CallingConvention.Cdecl)]
    public static extern int set_size(long dtype_id, IntPtr size);

    /// <summary>The type's byte order.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Tget_order", CallingConvention = CallingConvention.Cdecl)]
    public static extern order_t get_order(long dtype_id);

    /// <summary>
    /// Where a floating-point type keeps its sign, exponent and mantissa, in bits; negative on failure.
    /// </summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Tget_fields", CallingConvention = CallingConvention.Cdecl)]
    public static extern int get_fields(
        long dtype_id, ref IntPtr spos, ref IntPtr epos, ref IntPtr esize, ref IntPtr mpos, ref IntPtr msize);

    /// <summary>Positive for strings of variable length, 0 for others; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Tis_variable_str", CallingConvention = CallingConvention.Cdecl)]
    public static extern int is_variable_str(long dtype_id);

    /// <summary>Sets how a string of fixed length is filled up; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Tset_strpad", CallingConvention = CallingConvention.Cdecl)]
    public static extern int set_strpad(long dtype_id, str_t strpad);

    /// <summary>Closes a type; negative on failure.</summary>
    [DllImport(NativeHdf5.Name, EntryPoint = "H5Tclose", CallingConvention = CallingConvention.Cdecl)]
    public static extern int close(long type_id);
}
