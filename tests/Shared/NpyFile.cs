using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace IlgpuStyle.Testing;

/// <summary>An array read from a NumPy <c>.npy</c> file: little-endian, row-major, of float64, float32, int64 or
/// uint8. Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0.</summary>
internal sealed partial class NpyFile
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    private NpyFile(int[] shape, double[] values)
    {
        Shape = shape;
        Values = values;
    }

    /// <summary>The extent of each axis; empty for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>The elements, the last axis fastest. Exact for each accepted type (int64 up to 2^53).</summary>
    public double[] Values { get; }

    /// <summary>The only element of an array of one.</summary>
    public double Scalar => Values.Single();

    /// <summary>The elements as float32: exact for arrays stored as float32.</summary>
    public float[] ToSingle() => Array.ConvertAll(Values, value => (float)value);

    /// <summary>Reads one file.</summary>
    /// <exception cref="InvalidDataException">The file is not a .npy of the kind above.</exception>
    public static NpyFile Load(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        if (bytes.Length < 10 || !bytes.StartsWith(Magic))
            throw new InvalidDataException($"{path} is not a .npy file of format 1.0.");
        int headerLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        string header = Encoding.ASCII.GetString(bytes.Slice(10, headerLength));
        Match match = HeaderPattern().Match(header);
        if (!match.Success)
            throw new InvalidDataException($"{path} has an unexpected header: {header}");
        int[] shape = [.. match.Groups["extent"].Captures.Select(
            extent => int.Parse(extent.ValueSpan, CultureInfo.InvariantCulture))];
        int length = shape.Aggregate(1, (product, extent) => checked(product * extent));
        ReadOnlySpan<byte> data = bytes[(10 + headerLength)..];
        double[] values = match.Groups["type"].Value switch
        {
            "<f8" => MemoryMarshal.Cast<byte, double>(data).ToArray(),
            "<f4" => Widen<float>(data, value => value),
            "<i8" => Widen<long>(data, value => value),
            _ => Widen<byte>(data, value => value),
        };
        return values.Length == length
            ? new NpyFile(shape, values)
            : throw new InvalidDataException($"{path} holds {values.Length} elements, its shape says {length}.");
    }

    private static double[] Widen<T>(ReadOnlySpan<byte> data, Converter<T, double> convert)
        where T : unmanaged => Array.ConvertAll(MemoryMarshal.Cast<byte, T>(data).ToArray(), convert);

    [GeneratedRegex("""
        ^\{'descr': '(?<type><f8|<f4|<i8|\|u1)', 'fortran_order': False, 'shape': \(((?<extent>\d+),? ?)*\), \}
        """)]
    private static partial Regex HeaderPattern();
}
