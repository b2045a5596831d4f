using System.Buffers.Binary;
using HDF.PInvoke;

namespace IlgpuStyle.Vgg.Weights.Hdf5;

/// <summary>An HDF5 file opened for reading. Not for use from two threads at once.</summary>
internal sealed class Hdf5File : IDisposable
{
    private readonly Hdf5Handle _file;

    private Hdf5File(string path, Hdf5Handle file)
    {
        Path = path;
        _file = file;
    }

    internal string Path { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="WeightFileException">Missing, a directory, unreadable, not HDF5, or cut short.</exception>
    internal static Hdf5File Open(string path)
    {
        RequireHdf5(path);
        using (Hdf5Library.Enter())
        {
            Hdf5Handle file = new(H5F.open(path, H5F.ACC_RDONLY), H5F.close);
            return file.IsOpen
                ? new Hdf5File(path, file)
                : throw new WeightFileException(
                    $"Weights file '{path}' is a damaged HDF5 file, or another program writes it; get it again.");
        }
    }

    /// <summary>Whether an object stands at the absolute path.</summary>
    internal bool Exists(string objectPath)
    {
        using (Hdf5Library.Enter())
        {
            // H5Lexists wants each group on the way to exist.
            for (int end = objectPath.IndexOf('/', 1); ; end = objectPath.IndexOf('/', end + 1))
            {
                if (H5L.exists(_file, end < 0 ? objectPath : objectPath[..end]) <= 0)
                    return false;
                if (end < 0)
                    return true;
            }
        }
    }

    /// <summary>
    /// A group's attribute of strings, fixed or variable in length; null where the group or the attribute is
    /// missing. Keras splits what exceeds an attribute's 64 KiB into name0, name1, …: they are joined here.
    /// </summary>
    /// <exception cref="WeightFileException">The attribute holds something else, or cannot be read.</exception>
    internal IReadOnlyList<string>? ReadStrings(string groupPath, string attribute)
    {
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle group = new(H5G.open(_file, groupPath), H5G.close);
            if (!group.IsOpen)
                return null;
            if (H5A.exists(group, attribute) > 0)
                return Read(group, attribute);
            List<string>? joined = null;
            for (int part = 0; H5A.exists(group, attribute + part) > 0; part++)
                (joined ??= []).AddRange(Read(group, attribute + part));
            return joined;
        }

        IReadOnlyList<string> Read(Hdf5Handle group, string name) =>
            Hdf5Strings.Read(group, name, () => Damaged($"{groupPath}, attribute {name}"));
    }

    /// <summary>Opens a dataset of floating-point numbers.</summary>
    /// <exception cref="WeightFileException">Missing, no dataset, or of another type.</exception>
    internal Hdf5Dataset OpenDataset(string datasetPath)
    {
        using (Hdf5Library.Enter())
        {
            long id = H5D.open(_file, datasetPath);
            return id >= 0
                ? new Hdf5Dataset(this, datasetPath, id)
                : throw new WeightFileException(
                    $"Weights file '{Path}' has no dataset {datasetPath}, where a layer's weights should be; "
                    + "get the file again.");
        }
    }

    public void Dispose()
    {
        using (Hdf5Library.Enter())
            _file.Dispose();
    }

    internal WeightFileException Damaged(string what) =>
        new($"Weights file '{Path}' is damaged: {what} cannot be read; get the file again.");

    private static void RequireHdf5(string path)
    {
        if (Directory.Exists(path))
        {
            throw new WeightFileException(
                $"Weights '{path}' is a folder; name the .h5 file in it.");
        }
        try
        {
            using FileStream stream = File.OpenRead(path);
            long stored = StoredLength(stream);
            if (stored < 0)
            {
                throw new WeightFileException(
                    $"Weights file '{path}' is not an HDF5 file; give the VGG19 .h5 file as Keras saves it.");
            }
            if (stream.Length < stored)
            {
                string whole = stored == long.MaxValue ? "" : $" of {stored}";
                throw new WeightFileException(
                    $"Weights file '{path}' is truncated: it holds {stream.Length}{whole} bytes; get it again.");
            }
            if (!GlobalHeaps.AreSound(stream))
                throw new WeightFileException($"Weights file '{path}' is damaged: its texts overlap; get it again.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightFileException(
                $"Weights file '{path}' {MissingFile.Reason(path)}; 'weights download' gets the official one.",
                missing);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException
            or NotSupportedException) // The last where a pipe is asked for its length.
        {
            throw new WeightFileException(
                $"Weights file '{path}' cannot be read: {MissingFile.Reason(unreadable)}.", unreadable);
        }
    }

    /// <summary>
    /// The file's length according to its superblock; -1 where there is none, 0 where it does not say, and
    /// <see cref="long.MaxValue"/> where the file ends within it.
    /// Source: HDF5 File Format Specification 3.0, II.A: the signature stands at 0 or at 512·2ⁿ, followed by the
    /// version; the end-of-file address is at byte 40 in versions 0 (44 in 1) and at 28 in 2 and 3, for
    /// addresses of 8 bytes.
    /// </summary>
    private static long StoredLength(FileStream stream)
    {
        ReadOnlySpan<byte> signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];
        Span<byte> superblock = stackalloc byte[56];
        for (long start = 0; start + signature.Length <= stream.Length; start = start == 0 ? 512 : start * 2)
        {
            stream.Position = start;
            int length = stream.ReadAtLeast(superblock, superblock.Length, throwOnEndOfStream: false);
            if (!superblock[..length].StartsWith(signature))
                continue;
            (int addressSizeAt, int endAt) = superblock[8] switch
            {
                0 => (13, 40),
                1 => (13, 44),
                2 or 3 => (9, 28),
                _ => (-1, -1),
            };
            if (length < superblock.Length)
                return long.MaxValue;
            return addressSizeAt >= 0 && superblock[addressSizeAt] == 8
                ? BinaryPrimitives.ReadInt64LittleEndian(superblock[endAt..])
                : 0;
        }
        return -1;
    }
}
