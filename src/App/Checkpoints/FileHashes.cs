using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;

namespace IlgpuStyle.App.Checkpoints;

/// <summary>Hashes of files that several runs read, each computed once as long as the file stays as it is.</summary>
internal sealed class FileHashes
{
    private readonly Dictionary<(string Path, long Bytes, DateTime Written), InputHash> _hashes = [];

    /// <summary>Of a file as it is now.</summary>
    /// <exception cref="InputFileException">It cannot be read.</exception>
    public InputHash Of(NamedFile file)
    {
        var there = new FileInfo(file.Path);
        (string, long, DateTime) key = (there.FullName, there.Exists ? there.Length : 0, there.LastWriteTimeUtc);
        lock (_hashes)
        {
            if (!_hashes.TryGetValue(key, out InputHash? hash))
                _hashes.Add(key, hash = InputHash.Of(file));
            return hash with { Option = file.Option };
        }
    }
}
