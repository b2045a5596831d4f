namespace IlgpuStyle.App;

/// <summary>
/// A file that appears under its name only when it is whole: written beside its place and moved there. A link stays,
/// and the file that it points to is replaced.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
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
    /// The path is a folder or a device, is in no folder, or may not be written.
    /// </exception>
    public static AtomicFile Create(string path)
    {
        if (Directory.Exists(path))
            throw new OutputFileException($"'{path}' cannot be written: it is a folder.");
        string place = Path.GetFullPath(path);
        if (File.Exists(path))
        {
            place = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? place;
            if (IsDevice(place))
                throw new OutputFileException($"'{path}' cannot be written: it is a device, not a file.");
            if (File.GetAttributes(place).HasFlag(FileAttributes.ReadOnly))
                throw new OutputFileException($"'{path}' cannot be written: it exists and is read-only.");
        }
        string folder = Path.GetDirectoryName(place)!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(place)}.{Environment.ProcessId}.part");
        try
        {
            return new AtomicFile(path, place, temporary, File.Create(temporary));
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
    public static void CheckWritable(string path) => Create(path).Dispose();

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
    /// <exception cref="OutputFileException">The disk is full or the move fails.</exception>
    public void Commit()
    {
        Write(stream =>
        {
            stream.Dispose();
            File.Move(_temporary, _place, overwrite: true);
        });
        _committed = true;
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
        if (!_committed)
            File.Delete(_temporary);
    }

    /// <summary>
    /// What writing fails with; .NET tells of a file that is too large for its file system by the last of these.
    /// </summary>
    private static bool IsFailure(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>
    /// Whether a file is a device such as /dev/null, which a move would replace; .NET does not tell, but
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
