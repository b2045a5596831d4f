using System.Runtime.InteropServices;
using System.Text;
using HDF.PInvoke;

namespace IlgpuStyle.Vgg.Weights.Hdf5;

/// <summary>Attributes that hold lists of strings.</summary>
internal static class Hdf5Strings
{
    /// <summary>Reads an attribute; the caller is inside <see cref="Hdf5Library.Enter"/>.</summary>
    /// <param name="owner">The open object that has the attribute.</param>
    /// <param name="attribute">The attribute's name.</param>
    /// <param name="damaged">Makes the exception for an attribute that cannot be read as strings.</param>
    internal static unsafe string[] Read(long owner, string attribute, Func<WeightFileException> damaged)
    {
        using Hdf5Handle opened = new(H5A.open(owner, attribute), H5A.close);
        using Hdf5Handle type = new(opened.IsOpen ? H5A.get_type(opened) : -1, H5T.close);
        using Hdf5Handle space = new(opened.IsOpen ? H5A.get_space(opened) : -1, H5S.close);
        if (!type.IsOpen || !space.IsOpen)
            throw damaged();
        int count = (int)H5S.get_simple_extent_npoints(space);
        if (count == 0)
        {
            return []; // Keras stores an empty list as an empty array of doubles.
        }
        if (count < 0 || H5T.get_class(type) != H5T.class_t.STRING)
            throw damaged();
        return H5T.is_variable_str(type) > 0
            ? ReadVariable(opened, type, space, new nint[count], damaged)
            : ReadFixed(opened, type, count, (int)H5T.get_size(type), damaged);
    }

    /// <summary>Writes strings as Keras's first version did: bytes of one fixed length, filled up with zeros.</summary>
    internal static unsafe bool Write(long owner, string attribute, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            using Hdf5Handle none = new(H5S.create_simple(1, [0], null), H5S.close);
            using Hdf5Handle empty = new(H5A.create(owner, attribute, H5T.IEEE_F64LE, none), H5A.close);
            return empty.IsOpen;
        }
        int length = values.Max(Encoding.UTF8.GetByteCount);
        byte[] bytes = new byte[values.Count * length];
        for (int index = 0; index < values.Count; index++)
            Encoding.UTF8.GetBytes(values[index], bytes.AsSpan(index * length, length));
        using Hdf5Handle type = new(H5T.copy(H5T.C_S1), H5T.close);
        using Hdf5Handle space = new(H5S.create_simple(1, [(ulong)values.Count], null), H5S.close);
        _ = H5T.set_size(type, length);
        _ = H5T.set_strpad(type, H5T.str_t.NULLPAD);
        using Hdf5Handle created = new(H5A.create(owner, attribute, type, space), H5A.close);
        fixed (byte* buffer = bytes)
        {
            return created.IsOpen && H5A.write(created, type, (nint)buffer) >= 0;
        }
    }

    private static unsafe string[] ReadFixed(
        long attribute, long type, int count, int length, Func<WeightFileException> damaged)
    {
        byte[] bytes = new byte[count * length];
        fixed (byte* buffer = bytes)
        {
            if (H5A.read(attribute, type, (nint)buffer) < 0)
                throw damaged();
        }
        string[] values = new string[count];
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> value = bytes.AsSpan(index * length, length);
            int end = value.IndexOf((byte)0);
            values[index] = Encoding.UTF8.GetString(end < 0 ? value : value[..end]).TrimEnd(' ');
        }
        return values;
    }

    private static unsafe string[] ReadVariable(
        long attribute, long type, long space, nint[] pointers, Func<WeightFileException> damaged)
    {
        fixed (nint* buffer = pointers)
        {
            if (H5A.read(attribute, type, (nint)buffer) < 0)
                throw damaged();
            string[] values = [.. pointers.Select(pointer => Marshal.PtrToStringUTF8(pointer) ?? "")];
            _ = H5D.vlen_reclaim(type, space, H5P.DEFAULT, (nint)buffer);
            return values;
        }
    }
}
