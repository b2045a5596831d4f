using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.StyleTransfer.Checkpoints;

namespace IlgpuStyle.App.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private static readonly double[] Rows = [1, -2.5, double.NaN, 4, double.MaxValue, 0];

    private static readonly double[] Scalar = [Math.PI];

    private readonly string _path = Path.GetTempFileName();

    private static StateEntry[] Entries =>
    [
        StateEntry.Of("rows", () => Rows, _ => { }, columns: 3),
        StateEntry.Of("scalar", () => Scalar, _ => { }),
        StateEntry.Of("nothing", () => [], _ => { }, columns: 6),
    ];

    [Fact]
    public void The_file_is_laid_out_as_the_format_says()
    {
        Write();
        byte[] file = File.ReadAllBytes(_path);
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        Assert.Equal((byte)'{', file[8]);
        Assert.Equal(0, (8 + length) % 8);
        JsonElement rows = header.RootElement.GetProperty("rows");
        Assert.Equal("F64", rows.GetProperty("dtype").GetString());
        Assert.Equal([2, 3], rows.GetProperty("shape").EnumerateArray().Select(side => side.GetInt32()));
        Assert.Equal([0, 48], rows.GetProperty("data_offsets").EnumerateArray().Select(place => place.GetInt32()));
        Assert.Equal(Rows, MemoryMarshal.Cast<byte, double>(file.AsSpan(8 + length, 48)).ToArray());
        JsonElement metadata = header.RootElement.GetProperty("__metadata__");
        Assert.All(metadata.EnumerateObject(), pair => Assert.Equal(JsonValueKind.String, pair.Value.ValueKind));
        Assert.Equal("a \"note\"", metadata.GetProperty("note").GetString());
    }

    [Fact]
    public void What_was_written_is_read()
    {
        Write();
        using SafetensorsFile file = SafetensorsFile.Open(_path);
        Assert.Equal("a \"note\"", file.Metadata["note"]);
        foreach (StateEntry entry in Entries)
            Assert.Equal(entry.Read(), file.Read(entry));
        Assert.Throws<InvalidDataException>(() => file.Read<float>("rows"));
        Assert.Throws<InvalidDataException>(() => file.Read<double>("others"));
        Assert.Throws<InvalidDataException>(() => file.Read(StateEntry.Of("rows", () => Rows, _ => { })));
    }

    [Fact]
    public void A_file_in_which_anything_has_changed_is_refused()
    {
        Write();
        byte[] file = File.ReadAllBytes(_path);
        for (int place = 0; place < file.Length; place++)
        {
            byte[] damaged = [.. file];
            damaged[place] ^= 1;
            AssertRefused(damaged);
            AssertRefused(file[..place]);
        }
        AssertRefused([.. file, 0]);
    }

    [Fact]
    public void A_foreign_file_is_refused()
    {
        AssertRefused(Encoding.UTF8.GetBytes("iteration,loss,content\n0,1,2\n"));
        AssertRefused([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, .. new byte[64]]);
        AssertRefused(WithHeader("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}"));
        AssertRefused(WithHeader("{\"a\":{\"dtype\":\"F64\",\"shape\":[-1],\"data_offsets\":[8,0]}}"));
        AssertRefused(WithHeader("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0]}}"));
        AssertRefused(WithHeader(
            "{\"a\":{\"dtype\":\"F64\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}"));
        AssertRefused(WithHeader("[1]"));
    }

    public void Dispose() => File.Delete(_path);

    private static byte[] WithHeader(string header)
    {
        byte[] file = new byte[8 + header.Length + 8];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        Encoding.ASCII.GetBytes(header).CopyTo(file, 8);
        return file;
    }

    private void Write()
    {
        using FileStream stream = File.Create(_path);
        SafetensorsFile.Write(stream, new Dictionary<string, string> { ["note"] = "a \"note\"" }, Entries);
    }

    private void AssertRefused(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(_path).Dispose());
    }
}
