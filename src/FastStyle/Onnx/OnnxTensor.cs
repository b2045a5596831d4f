using System.Buffers.Binary;
using Google.Protobuf;

namespace IlgpuStyle.FastStyle.Onnx;

/// <summary>An array of constants in a file.</summary>
internal sealed class OnnxTensor
{
    // The numbers that onnx.proto gives types of elements.
    public const long FloatType = 1;
    public const long Int32Type = 6;
    public const long Int64Type = 7;

    public string Name { get; set; } = "";

    /// <summary>Its sides; none for a single number.</summary>
    public List<long> Sides { get; init; } = [];

    public long Type { get; set; }

    public List<float> FloatData { get; init; } = [];

    public List<long> Int32Data { get; init; } = [];

    public List<long> Int64Data { get; init; } = [];

    /// <summary>The elements, little-endian, where they are in none of the lists.</summary>
    public ByteString RawData { get; set; } = ByteString.Empty;

    /// <summary>Whether the elements are in a file of their own.</summary>
    public bool IsExternal { get; set; }

    /// <summary>An array of floats.</summary>
    public static OnnxTensor Of(string name, ReadOnlySpan<float> values, params long[] sides)
    {
        byte[] raw = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * sizeof(float)), values[i]);
        return new OnnxTensor { Name = name, Type = FloatType, Sides = [.. sides], RawData = ByteString.CopyFrom(raw) };
    }

    /// <summary>A row of whole numbers.</summary>
    public static OnnxTensor Of(string name, params long[] values) =>
        new() { Name = name, Type = Int64Type, Sides = [values.Length], Int64Data = [.. values] };

    public static OnnxTensor Parse(CodedInputStream bytes)
    {
        var tensor = new OnnxTensor();
        Wire.Read(bytes, (input, tag) =>
        {
            switch (tag)
            {
                case (2 << 3) | Wire.Number: tensor.Type = input.ReadInt64(); break;
                case (8 << 3) | Wire.Bytes: tensor.Name = input.ReadString(); break;
                case (9 << 3) | Wire.Bytes: tensor.RawData = input.ReadBytes(); break;
                case (14 << 3) | Wire.Number: tensor.IsExternal = input.ReadInt64() != 0; break;
                default:
                    if (!Wire.ReadNumbers(input, tag, 1, tensor.Sides)
                        && !Wire.ReadFloats(input, tag, 4, tensor.FloatData)
                        && !Wire.ReadNumbers(input, tag, 5, tensor.Int32Data)
                        && !Wire.ReadNumbers(input, tag, 7, tensor.Int64Data))
                    {
                        input.SkipLastField();
                    }
                    break;
            }
        });
        return tensor;
    }

    public void Write(CodedOutputStream output)
    {
        foreach (long side in Sides)
            Wire.Write(output, 1, side);
        Wire.Write(output, 2, Type);
        if (FloatData.Count > 0)
            Wire.WriteFloats(output, 4, FloatData);
        foreach (long number in Int64Data)
            Wire.Write(output, 7, number);
        Wire.Write(output, 8, Name);
        if (!RawData.IsEmpty)
        {
            output.WriteTag(9, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(RawData);
        }
    }

    /// <summary>The elements of an array of floats.</summary>
    /// <exception cref="FormatException">
    /// They are of another type, too few or too many, or not finite; the message is the end of a sentence.
    /// </exception>
    public float[] ToFloats()
    {
        Require(FloatType, "float32");
        float[] values = RawData.IsEmpty ? [.. FloatData] : Raw(sizeof(float), BinaryPrimitives.ReadSingleLittleEndian);
        RequireCount(values.Length);
        return Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw new FormatException("holds a number that is not finite");
    }

    /// <summary>The elements of an array of whole numbers.</summary>
    /// <exception cref="FormatException">They are of another type, too few or too many.</exception>
    public long[] ToNumbers()
    {
        long[] values;
        if (Type == Int32Type)
        {
            Require(Int32Type, "int32");
            values = RawData.IsEmpty
                ? [.. Int32Data]
                : Raw(sizeof(int), bytes => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes));
        }
        else
        {
            Require(Int64Type, "int64");
            values = RawData.IsEmpty ? [.. Int64Data] : Raw(sizeof(long), BinaryPrimitives.ReadInt64LittleEndian);
        }
        RequireCount(values.Length);
        return values;
    }

    private delegate T Reader<T>(ReadOnlySpan<byte> bytes);

    private T[] Raw<T>(int size, Reader<T> read)
    {
        var values = new T[RawData.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = read(RawData.Span.Slice(i * size, size));
        return values;
    }

    private void Require(long type, string name)
    {
        if (IsExternal)
            throw new FormatException("has its numbers in another file, which is not read");
        if (Type != type)
            throw new FormatException($"is of ONNX's type {Type}, not {name}");
    }

    private void RequireCount(int count)
    {
        long needed = 1;
        foreach (long side in Sides)
        {
            if (side < 0 || (side > 0 && needed > int.MaxValue / side))
                throw new FormatException($"has a size of {string.Join('×', Sides)}");
            needed *= side;
        }
        if (needed != count)
            throw new FormatException($"has {count} numbers where {needed} belong");
    }
}
