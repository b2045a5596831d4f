using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IlgpuStyle.StyleTransfer.Checkpoints;

namespace IlgpuStyle.App.Checkpoints;

/// <summary>
/// Named arrays in a file of the format safetensors: the length of a JSON header in 8 bytes, little-endian, the header,
/// and the arrays' values one behind the other.
/// </summary>
/// <remarks>
/// The header maps names to "dtype", "shape" and "data_offsets", counted from its end, and "__metadata__" to strings.
/// Ours has "sha256" among these: the hash of header and values, with zeros where it stands itself, in which a flipped
/// bit shows. Source: the format's description in huggingface/safetensors.
/// </remarks>
internal sealed class SafetensorsFile : IDisposable
{
    private const int LongestHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";
    private const string HashKey = "sha256";

    private static readonly string NoHash = new('0', 2 * SHA256.HashSizeInBytes);

    private readonly FileStream _stream;
    private readonly Dictionary<string, Entry> _entries;
    private readonly long _dataStart;

    private SafetensorsFile(
        FileStream stream, IReadOnlyDictionary<string, string> metadata, Dictionary<string, Entry> entries,
        long dataStart)
    {
        _stream = stream;
        Metadata = metadata;
        _entries = entries;
        _dataStart = dataStart;
    }

    /// <summary>What the header says beside the arrays.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Writes a file; each entry is read when its turn comes.</summary>
    /// <param name="stream">A file that is empty: its start is written last.</param>
    /// <param name="metadata">Beside the hash.</param>
    /// <param name="entries">Of different names.</param>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<StateEntry> entries)
    {
        byte[] header = Header(metadata, entries);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        hash.AppendData(header);
        Array? largest = null;
        foreach (StateEntry entry in entries)
        {
            Array array = entry.Read(largest);
            if (largest is null || array.Length > largest.Length)
                largest = array;
            ReadOnlySpan<byte> values = array switch
            {
                float[] floats => MemoryMarshal.AsBytes(floats.AsSpan()),
                double[] doubles => MemoryMarshal.AsBytes(doubles.AsSpan()),
                _ => throw new ArgumentException($"'{entry.Name}' holds neither floats nor doubles."),
            };
            hash.AppendData(values);
            stream.Write(values);
        }
        stream.Position = length.Length + PlaceOf(NoHash, header);
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset())));
        stream.Seek(0, SeekOrigin.End);
    }

    /// <summary>Opens a file and checks all of it.</summary>
    /// <exception cref="InvalidDataException">It is none of ours, or damaged; the message says why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            return Read(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is an array of this name.</summary>
    public bool Has(string name) => _entries.ContainsKey(name);

    /// <summary>An array's values.</summary>
    /// <exception cref="InvalidDataException">There is none of this name and type.</exception>
    public T[] Read<T>(string name)
        where T : unmanaged
    {
        if (!_entries.TryGetValue(name, out Entry? entry) || entry.Type != TypeName(typeof(T)))
            throw new InvalidDataException($"it has no {TypeName(typeof(T))} array '{name}'");
        var values = new T[(entry.End - entry.Begin) / Marshal.SizeOf<T>()];
        _stream.Position = _dataStart + entry.Begin;
        _stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>The values that an entry was written with.</summary>
    /// <exception cref="InvalidDataException">There are none of its name, type and shape.</exception>
    public Array Read(StateEntry entry)
    {
        if (_entries.TryGetValue(entry.Name, out Entry? found) && !found.Shape.SequenceEqual(entry.Shape))
        {
            throw new InvalidDataException(
                $"its array '{entry.Name}' is {string.Join('×', found.Shape)} instead of "
                + string.Join('×', entry.Shape));
        }
        return entry.Type == typeof(float) ? Read<float>(entry.Name) : Read<double>(entry.Name);
    }

    public void Dispose() => _stream.Dispose();

    private static byte[] Header(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<StateEntry> entries)
    {
        var described = new JsonObject
        {
            [MetadataKey] = new JsonObject(
                [.. metadata.Append(new(HashKey, NoHash)).Select(
                    pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))]),
        };
        long offset = 0;
        foreach (StateEntry entry in entries)
        {
            long end = offset + entry.Shape.Aggregate(1L, (product, side) => product * side)
                * (entry.Type == typeof(float) ? sizeof(float) : sizeof(double));
            described.Add(entry.Name, new JsonObject
            {
                ["dtype"] = TypeName(entry.Type),
                ["shape"] = new JsonArray([.. entry.Shape.Select(side => (JsonNode)side)]),
                ["data_offsets"] = new JsonArray(offset, end),
            });
            offset = end;
        }
        byte[] header = Encoding.UTF8.GetBytes(described.ToJsonString());
        // Values start at a multiple of 8, so that they can be mapped as they lie.
        int padded = (header.Length + 7) / 8 * 8;
        return [.. header, .. Enumerable.Repeat((byte)' ', padded - header.Length)];
    }

    private static SafetensorsFile Read(FileStream stream)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        if (stream.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) < length.Length)
            throw new InvalidDataException("it is too short");
        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(length);
        if (headerLength < 2 || headerLength > Math.Min(LongestHeader, stream.Length - length.Length))
            throw new InvalidDataException("it has no header of the format safetensors");
        byte[] header = new byte[headerLength];
        stream.ReadExactly(header);
        (Dictionary<string, string> metadata, Dictionary<string, Entry> entries) = Parse(header);
        long dataStart = length.Length + headerLength;
        long expected = entries.Values.Select(entry => entry.End).DefaultIfEmpty().Max();
        if (stream.Length - dataStart != expected)
        {
            throw new InvalidDataException(
                $"it has {stream.Length - dataStart} bytes of values where {expected} belong");
        }
        if (!metadata.TryGetValue(HashKey, out string? told) || told.Length != NoHash.Length
            || PlaceOf(told, header) is not (>= 0 and int place))
        {
            throw new InvalidDataException("it has no hash");
        }
        Encoding.ASCII.GetBytes(NoHash).CopyTo(header.AsSpan(place));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        byte[] buffer = new byte[1 << 20];
        for (int read; (read = stream.Read(buffer)) > 0;)
            hash.AppendData(buffer, 0, read);
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != told)
            throw new InvalidDataException("its hash is another");
        return new SafetensorsFile(stream, metadata, entries, dataStart);
    }

    private static (Dictionary<string, string> Metadata, Dictionary<string, Entry> Entries) Parse(byte[] header)
    {
        try
        {
            var metadata = new Dictionary<string, string>();
            var entries = new Dictionary<string, Entry>();
            using JsonDocument document = JsonDocument.Parse(header);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                {
                    foreach (JsonProperty pair in property.Value.EnumerateObject())
                        metadata[pair.Name] = pair.Value.GetString()!;
                    continue;
                }
                entries[property.Name] = Entry.Parse(property.Value);
            }
            return (metadata, entries);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException
            or KeyNotFoundException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("its header is damaged", exception);
        }
    }

    private static string TypeName(Type type) => type == typeof(float) ? "F32" : "F64";

    private static int PlaceOf(string text, ReadOnlySpan<byte> header) =>
        header.IndexOf(Encoding.ASCII.GetBytes(text));

    /// <summary>An array as the header describes it.</summary>
    private sealed record Entry(string Type, long[] Shape, long Begin, long End)
    {
        public static Entry Parse(JsonElement described)
        {
            JsonElement offsets = described.GetProperty("data_offsets");
            var entry = new Entry(
                described.GetProperty("dtype").GetString()!,
                [.. described.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())],
                offsets[0].GetInt64(),
                offsets[1].GetInt64());
            long bytes = entry.Shape.Aggregate(
                entry.Type switch
                {
                    "F32" => sizeof(float),
                    "F64" => sizeof(double),
                    _ => throw new FormatException("Another type than ours."),
                },
                (long product, long side) => checked(product * side));
            return entry.Begin >= 0 && bytes >= 0 && entry.End - entry.Begin == bytes
                ? entry
                : throw new FormatException("An array of another length than its shape's.");
        }
    }
}
