using Google.Protobuf;
using static Google.Protobuf.WireFormat;

namespace IlgpuStyle.FastStyle.Onnx;

/// <summary>What messages are read and written with: tags, nested messages, lists.</summary>
internal static class Wire
{
    // How a field is encoded: the lowest three bits of its tag.
    public const uint Number = (uint)WireType.Varint;
    public const uint Bytes = (uint)WireType.LengthDelimited;
    public const uint Float = (uint)WireType.Fixed32;

    /// <summary>Reads a message field by field: its tag is field number and encoding.</summary>
    public static void Read(CodedInputStream input, Action<CodedInputStream, uint> field)
    {
        for (uint tag; (tag = input.ReadTag()) != 0;)
            field(input, tag);
    }

    /// <summary>The message that a field holds.</summary>
    public static CodedInputStream Nested(CodedInputStream input) => input.ReadBytes().CreateCodedInput();

    /// <summary>Reads a field of a list of whole numbers, packed or one by one.</summary>
    /// <returns>Whether the tag is that field's.</returns>
    public static bool ReadNumbers(CodedInputStream input, uint tag, uint field, List<long> values) =>
        ReadList(input, tag, field, Number, values, source => source.ReadInt64());

    /// <summary>Reads a field of a list of floats, packed or one by one.</summary>
    /// <returns>Whether the tag is that field's.</returns>
    public static bool ReadFloats(CodedInputStream input, uint tag, uint field, List<float> values) =>
        ReadList(input, tag, field, Float, values, source => source.ReadFloat());

    public static void Write(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireType.Varint);
        output.WriteInt64(value);
    }

    public static void Write(CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireType.LengthDelimited);
        output.WriteString(value);
    }

    /// <summary>Writes a nested message.</summary>
    public static void Write(CodedOutputStream output, int field, Action<CodedOutputStream> write) =>
        WriteBytes(output, field, write);

    /// <summary>Writes a packed list.</summary>
    public static void WriteFloats(CodedOutputStream output, int field, List<float> values) =>
        WriteBytes(output, field, packed => values.ForEach(packed.WriteFloat));

    private static void WriteBytes(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var nested = new CodedOutputStream(bytes, leaveOpen: true))
            write(nested);
        output.WriteTag(field, WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)));
    }

    private static bool ReadList<T>(
        CodedInputStream input, uint tag, uint field, uint type, List<T> values, Func<CodedInputStream, T> read)
    {
        if (tag == ((field << 3) | type))
        {
            values.Add(read(input));
            return true;
        }
        if (tag != ((field << 3) | Bytes))
            return false;
        CodedInputStream packed = Nested(input);
        while (!packed.IsAtEnd)
            values.Add(read(packed));
        return true;
    }
}
