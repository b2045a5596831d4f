using System.Text;
using HDF.PInvoke;

namespace IlgpuStyle.Vgg.Weights.Hdf5;

/// <summary>An array of floating-point numbers of any width and byte order, read as float32.</summary>
internal sealed class Hdf5Dataset : IDisposable
{
    private readonly Hdf5File _file;
    private readonly Hdf5Handle _dataset;
    private readonly bool _isHalf;

    /// <summary>Takes over an open identifier; the caller is inside <see cref="Hdf5Library.Enter"/>.</summary>
    internal Hdf5Dataset(Hdf5File file, string path, long id)
    {
        _file = file;
        _dataset = new Hdf5Handle(id, H5D.close);
        Path = path;
        using Hdf5Handle type = new(H5D.get_type(_dataset), H5T.close);
        if (H5T.get_class(type) != H5T.class_t.FLOAT)
        {
            _dataset.Dispose();
            throw new WeightFileException(
                $"Weights file '{file.Path}': dataset {path} holds no floating-point numbers; save the weights as "
                + "float16, bfloat16, float32 or float64.");
        }
        int exponentBits = ExponentBits(type);
        int bits = (int)H5T.get_size(type) * 8;
        ElementType = bits == 16 && exponentBits == 8 ? "bfloat16" : $"float{bits}";
        _isHalf = bits == 16 && exponentBits == 5 && BitConverter.IsLittleEndian
            && H5T.get_order(type) == H5T.order_t.LE;
        Shape = ReadShape();
        if (Shape.Count == 0)
        {
            _dataset.Dispose();
            throw new WeightFileException(
                $"Weights file '{file.Path}': dataset {path} is a single number, where a layer's kernel or bias "
                + "should be; get the file again.");
        }
        (ChunkShape, Filters) = ReadStorage();
    }

    internal string Path { get; }

    /// <summary>Extents, slowest first.</summary>
    internal IReadOnlyList<long> Shape { get; }

    /// <summary>float16, bfloat16, float32 or float64.</summary>
    internal string ElementType { get; }

    /// <summary>Extents of a chunk; null where the dataset is stored in one piece.</summary>
    internal IReadOnlyList<long>? ChunkShape { get; }

    /// <summary>Names of the filters that the chunks went through, for example shuffle, deflate.</summary>
    internal IReadOnlyList<string> Filters { get; }

    /// <summary>Number of elements.</summary>
    internal long Length => Shape.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>
    /// How many rows to read at a time so that a block holds about so many elements; whole chunks where there
    /// are chunks, so that none is unpacked twice.
    /// </summary>
    internal int RowsPerBlock(int elements)
    {
        long rows = Math.Max(1, elements / Math.Max(1, Length / Math.Max(1, Shape[0])));
        if (ChunkShape is { } chunk)
            rows = (rows + chunk[0] - 1) / chunk[0] * chunk[0];
        return (int)Math.Min(rows, Shape[0]);
    }

    /// <summary>Reads all elements.</summary>
    /// <exception cref="WeightFileException">The data are damaged, or a filter is not available.</exception>
    internal void Read(Span<float> destination)
    {
        using (Hdf5Library.Enter())
            Transfer(destination, H5S.ALL, H5S.ALL);
    }

    /// <summary>Reads whole rows (slices along the first axis), as many as fill the destination.</summary>
    /// <exception cref="WeightFileException">The data are damaged, or a filter is not available.</exception>
    internal void ReadRows(long firstRow, Span<float> destination)
    {
        ulong[] start = new ulong[Shape.Count];
        ulong[] count = [.. Shape.Select(extent => (ulong)extent)];
        start[0] = (ulong)firstRow;
        count[0] = (ulong)(destination.Length / (Length / Shape[0]));
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle inFile = new(H5D.get_space(_dataset), H5S.close);
            using Hdf5Handle inMemory = new(H5S.create_simple(1, [(ulong)destination.Length], null), H5S.close);
            if (H5S.select_hyperslab(inFile, H5S.seloper_t.SET, start, null, count, null) < 0)
                throw _file.Damaged($"dataset {Path}");
            Transfer(destination, inMemory, inFile);
        }
    }

    public void Dispose()
    {
        using (Hdf5Library.Enter())
            _dataset.Dispose();
    }

    private unsafe void Transfer(Span<float> destination, long inMemory, long inFile)
    {
        fixed (float* floats = destination)
        {
            if (!_isHalf)
            {
                Require(H5D.read(_dataset, H5T.NATIVE_FLOAT, inMemory, inFile, H5P.DEFAULT, (nint)floats));
                return;
            }
            // HDF5 converts float16 bit by bit, twenty times slower than the processor. The halves go into the
            // upper part of the destination and are widened in place, front to back.
            Half* halves = (Half*)floats + destination.Length;
            using Hdf5Handle type = new(H5D.get_type(_dataset), H5T.close);
            Require(H5D.read(_dataset, type, inMemory, inFile, H5P.DEFAULT, (nint)halves));
            for (int index = 0; index < destination.Length; index++)
                floats[index] = (float)halves[index];
        }
    }

    private void Require(int status)
    {
        if (status < 0)
        {
            string[] foreign = [.. Filters.Where(name => name is not ("deflate" or "shuffle" or "fletcher32"))];
            throw foreign.Length == 0
                ? _file.Damaged($"dataset {Path}")
                : new WeightFileException(
                    $"Weights file '{_file.Path}': dataset {Path} is damaged or its compression "
                    + $"({string.Join(", ", foreign)}) is not installed; save it with gzip or uncompressed.");
        }
    }

    private long[] ReadShape()
    {
        using Hdf5Handle space = new(H5D.get_space(_dataset), H5S.close);
        ulong[] extents = new ulong[Math.Max(H5S.get_simple_extent_ndims(space), 0)];
        _ = H5S.get_simple_extent_dims(space, extents, null);
        return [.. extents.Select(extent => (long)extent)];
    }

    private (long[]? ChunkShape, string[] Filters) ReadStorage()
    {
        using Hdf5Handle properties = new(H5D.get_create_plist(_dataset), H5P.close);
        if (H5P.get_layout(properties) != H5D.layout_t.CHUNKED)
            return (null, []);
        ulong[] chunk = new ulong[Shape.Count];
        _ = H5P.get_chunk(properties, chunk.Length, chunk);
        string[] filters = new string[H5P.get_nfilters(properties)];
        for (int index = 0; index < filters.Length; index++)
            filters[index] = FilterName(properties, (uint)index);
        return ([.. chunk.Select(extent => (long)extent)], filters);
    }

    private static string FilterName(long properties, uint index)
    {
        uint flags = 0, configuration = 0;
        nint valueCount = 0;
        byte[] name = new byte[64];
        H5Z.filter_t filter = H5P.get_filter(
            properties, index, ref flags, ref valueCount, [], name.Length, name, ref configuration);
        int end = name.AsSpan().IndexOf((byte)0);
        return end > 0 ? Encoding.UTF8.GetString(name, 0, end) : $"filter {(int)filter}";
    }

    private static int ExponentBits(long type)
    {
        nint sign = 0, exponent = 0, exponentBits = 0, mantissa = 0, mantissaBits = 0;
        _ = H5T.get_fields(type, ref sign, ref exponent, ref exponentBits, ref mantissa, ref mantissaBits);
        return (int)exponentBits;
    }
}
