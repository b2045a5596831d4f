using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;

namespace IlgpuStyle.App.Output;

/// <summary>Writes float32 arrays as NumPy's .npy, format 1.0.</summary>
/// <remarks>Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</remarks>
internal static class NpyWriter
{
    private const int Alignment = 64;

    /// <summary>Writes values in row-major order under the given shape, of two extents or more.</summary>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public static void Write(string path, float[] values, params ReadOnlySpan<int> shape)
    {
        using AtomicFile file = AtomicFile.Create(path);
        string header = Header(shape);
        file.Write(stream =>
        {
            stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
            stream.Write(Encoding.ASCII.GetBytes(header));
            if (BitConverter.IsLittleEndian)
            {
                stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
                return;
            }
            byte[] bytes = new byte[sizeof(float)];
            foreach (float value in values)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
                stream.Write(bytes);
            }
        });
        file.Commit();
    }

    /// <summary>The array's description, filled up so that the values start at a multiple of 64 bytes.</summary>
    private static string Header(ReadOnlySpan<int> shape)
    {
        const int preamble = 10;
        string extents = string.Join(
            ", ", shape.ToArray().Select(extent => extent.ToString(CultureInfo.InvariantCulture)));
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({extents}), }}";
        int length = (preamble + header.Length + 1 + Alignment - 1) / Alignment * Alignment - preamble;
        return header.PadRight(length - 1) + "\n";
    }
}
