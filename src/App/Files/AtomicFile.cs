using System.Collections.Concurrent;
using IlgpuStyle.App.Errors;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Files;

/// <summary>
/// A file that appears under its name only when it is whole: written beside its place and moved there. A link stays,
/// and the file that it points to is replaced.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    /// <summary>The temporary files of all that are neither committed nor disposed of.</summary>
    private static readonly ConcurrentDictionary<string, byte> Open = [];

    private readonly string _path;
    private readonly string _place;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _committed;

    private AtomicFile(string path, string place, string temporary, FileStream stream)
    {
        _path = path;
        _place = place;
        _temporary = temporary;
        _stream = stream;
    }

    /// <summary>Opens the temporary file.</summary>
    /// <exception cref="OutputFileException">
    /// The path is in no folder, may not be written, or leads to something that is no file: a folder, a device, a pipe.
    /// </exception>
    public static AtomicFile Create(string path)
    {
        string place = FindPlace(path);
        string folder = Path.GetDirectoryName(place)!;
        // Not named for the place: a run may have two outputs of one name, and names have a greatest length.
        string temporary = Leftovers.NewPath(folder);
        try
        {
            var stream = new FileStream(
                temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
            Open.TryAdd(temporary, default);
            return new AtomicFile(path, place, temporary, stream);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new OutputFileException($"'{path}' cannot be written: there is no folder '{folder}'.", exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or FileNotFoundException)
        {
            throw new OutputFileException(
                $"'{path}' cannot be written: no permission to create files in '{folder}'.", exception);
        }
        catch (IOException exception)
        {
            throw NotWritten(path, exception);
        }
    }

    /// <summary>Refuses a path that could not be written, before a long run instead of after it.</summary>
    /// <exception cref="OutputFileException">As <see cref="Create"/>.</exception>
    public static void CheckWritable(string path)
    {
        Create(path).Dispose();
        string place = FindPlace(path);
        Leftovers.Delete(Path.GetDirectoryName(place)!);
        if (File.Exists(place))
            return;
        try
        {
            // A file system may refuse the very name.
            new FileStream(
                place, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose)
                .Dispose();
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw NotWritten(path, exception);
        }
    }

    /// <summary>Bytes that are free where a file would go; null where the system does not tell.</summary>
    public static long? FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(RealPath.Of(path))!).AvailableFreeSpace;
        }
        catch (Exception exception) when (IsFailure(exception) || exception is ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Deletes a file of ours that is no longer needed.</summary>
    /// <exception cref="OutputFileException">It cannot be deleted.</exception>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(RealPath.Of(path));
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw new OutputFileException($"'{path}' cannot be deleted: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Deletes all files that are not whole, for an end that nobody waits for.</summary>
    public static void DeleteOpen()
    {
        foreach (string temporary in Open.Keys)
            File.Delete(temporary);
    }

    /// <summary>Writes to the file.</summary>
    /// <exception cref="OutputFileException">The disk is full or fails.</exception>
    public void Write(Action<Stream> write)
    {
        try
        {
            write(_stream);
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw NotWritten(_path, exception);
        }
    }

    /// <summary>Lets something that opens files by name write the whole file.</summary>
    /// <exception cref="OutputFileException">The disk is full or fails.</exception>
    public void WriteByName(Action<string> write) => Write(stream =>
    {
        stream.Dispose(); // Nobody else may open the file as long as it is open here.
        write(_temporary);
    });

    /// <summary>Moves the whole file to its place, over an earlier one.</summary>
    /// <param name="flushToDisk">
    /// Whether the disk has it before the earlier one goes: else a failure of the machine may leave neither.
    /// </param>
    /// <exception cref="OutputFileException">The disk is full or the move fails.</exception>
    public void Commit(bool flushToDisk = false)
    {
        Write(stream =>
        {
            if (flushToDisk)
                _stream.Flush(flushToDisk: true);
            stream.Dispose();
        });
        Move();
    }

    /// <summary>
    /// Moves what is written to its place, over an earlier file, and stays open: what is still to come is added there.
    /// </summary>
    /// <exception cref="OutputFileException">The disk is full or the move fails.</exception>
    public void Publish()
    {
        Write(stream => stream.Flush());
        Move();
    }

    /// <summary>Closes the file and deletes what was not committed.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (Exception exception) when (!_committed && IsFailure(exception))
        {
            // What could not be written to its end is deleted anyway.
        }
        if (_committed)
            return;
        File.Delete(_temporary);
        Open.TryRemove(_temporary, out _);
    }

    private void Move()
    {
        if (_committed)
            return;
        Write(_ => File.Move(_temporary, _place, overwrite: true));
        Open.TryRemove(_temporary, out _);
        _committed = true;
    }

    /// <summary>
    /// What writing fails with; .NET tells of a file that is too large for its file system by the last of these.
    /// </summary>
    private static bool IsFailure(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>Where a path's links lead, if a file is there or can be.</summary>
    private static string FindPlace(string path)
    {
        if (Directory.Exists(path))
            throw new OutputFileException($"'{path}' cannot be written: it is a folder.");
        try
        {
            if (MissingFile.IsNotUtf8(path))
                throw new OutputFileException($"'{path}' cannot be written: its name is not UTF-8.");
            string place = RealPath.Of(path);
            // Also where standard output goes: /dev/stdout is a link to whatever that is.
            if (IsDevice(Path.GetFullPath(path)) || IsDevice(place))
                throw new OutputFileException($"'{path}' cannot be written: it is a device, not a file.");
            if (File.Exists(place))
                RequireWritableFile(path, place);
            return place;
        }
        catch (IOException exception)
        {
            throw NotWritten(path, exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new OutputFileException($"'{path}' cannot be written: it may not be opened.", exception);
        }
    }

    /// <summary>
    /// Refuses what the user has protected, which a move would replace all the same, and pipes, which it would too.
    /// </summary>
    private static void RequireWritableFile(string path, string place)
    {
        if (File.GetAttributes(place).HasFlag(FileAttributes.ReadOnly))
            throw new OutputFileException($"'{path}' cannot be written: it exists and is read-only.");
        // Opened for both, a pipe does not wait for its other end.
        using var file = new FileStream(
            place, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!file.CanSeek)
            throw new OutputFileException($"'{path}' cannot be written: it is a pipe, not a file.");
    }

    /// <summary>
    /// Whether a path is a device such as /dev/null, which a move would replace; .NET does not tell, but
    /// Unix has them here.
    /// </summary>
    private static bool IsDevice(string place) =>
        !OperatingSystem.IsWindows()
        && place.StartsWith("/dev/", StringComparison.Ordinal)
        && !place.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static OutputFileException NotWritten(string path, Exception reason)
    {
        // .NET names the temporary file, or a parameter, behind the reason.
        string message = reason.Message.Split(" : '")[0].Split(" (Parameter")[0].TrimEnd('.');
        return new OutputFileException($"'{path}' cannot be written: {message}.", reason);
    }
}
