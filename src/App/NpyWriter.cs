using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace IlgpuStyle.App;

/// <summary>Writes float32 arrays as NumPy's .npy, format 1.0.</summary>
/// <remarks>Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</remarks>
internal static class NpyWriter
{
    private const int Alignment = 64;

    /// <summary>Writes values in row-major order under the given shape.</summary>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        string extents = string.Join(", ", shape.ToArray().Select(extent => extent.ToString(CultureInfo.InvariantCulture)));
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({extents}{(shape.Length == 1 ? "," : "")}), }}";
        const int preamble = 10;
        int length = (preamble + header.Length + 1 + Alignment - 1) / Alignment * Alignment - preamble;
        header = header.PadRight(length - 1) + "\n";

        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        file.Stream.Write(Encoding.ASCII.GetBytes(header));
        if (BitConverter.IsLittleEndian)
        {
            file.Stream.Write(MemoryMarshal.AsBytes(values));
        }
        else
        {
            foreach (float value in values)
            {
                byte[] bytes = BitConverter.GetBytes(value);
                Array.Reverse(bytes);
                file.Stream.Write(bytes);
            }
        }
        file.Commit();
    }
}
