namespace IlgpuStyle.App;

/// <summary>
/// A file that appears under its name only when it is whole: written beside its place and moved there.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _committed;

    private AtomicFile(string path, string temporary, FileStream stream)
    {
        _path = path;
        _temporary = temporary;
        _stream = stream;
    }

    /// <summary>Opens the temporary file.</summary>
    /// <exception cref="OutputFileException">The path is a folder, in no folder, or may not be written.</exception>
    public static AtomicFile Create(string path)
    {
        if (Directory.Exists(path))
            throw new OutputFileException($"'{path}' cannot be written: it is a folder.");
        if (File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
            throw new OutputFileException($"'{path}' cannot be written: it exists and is read-only.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.part");
        try
        {
            return new AtomicFile(path, temporary, File.Create(temporary));
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new OutputFileException($"'{path}' cannot be written: there is no folder '{folder}'.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new OutputFileException(
                $"'{path}' cannot be written: no permission to create files in '{folder}'.", exception);
        }
        catch (IOException exception)
        {
            throw new OutputFileException($"'{path}' cannot be written: {exception.Message}", exception);
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException($"'{_path}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Moves the whole file to its place, over an earlier one.</summary>
    /// <exception cref="OutputFileException">The disk is full or the move fails.</exception>
    public void Commit()
    {
        Write(stream =>
        {
            stream.Dispose();
            File.Move(_temporary, _path, overwrite: true);
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
        catch (IOException) when (!_committed)
        {
            // What could not be written to its end is deleted anyway.
        }
        if (!_committed)
            File.Delete(_temporary);
    }
}
