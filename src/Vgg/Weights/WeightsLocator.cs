namespace IlgpuStyle.Vgg.Weights;

/// <summary>
/// Finds the published weights without being told where: in a folder weights/ (of the working directory, beside
/// the program, or of a folder above it, such as the repository), else in Keras's cache folder.
/// </summary>
public sealed class WeightsLocator
{
    private readonly IReadOnlyList<string> _programFolders;
    private readonly IReadOnlyList<string> _weightsFolders;
    private readonly string _kerasFolder;

    /// <summary>Looks from the given places.</summary>
    /// <param name="workingDirectory">Where the user is.</param>
    /// <param name="programDirectory">Where the program is.</param>
    /// <param name="kerasHome">Keras's folder, which has the folder models.</param>
    internal WeightsLocator(string workingDirectory, string programDirectory, string kerasHome)
    {
        _programFolders = [.. Ancestors(new DirectoryInfo(programDirectory))
            .Select(directory => Path.Combine(directory.FullName, "weights"))];
        _weightsFolders = [Path.Combine(workingDirectory, "weights"), .. _programFolders];
        _kerasFolder = Path.Combine(kerasHome, "models");
    }

    /// <summary>
    /// Where a download goes: weights/ beside or above the program if files can be put there, else Keras's cache
    /// folder.
    /// </summary>
    public string DownloadFolder => _programFolders.FirstOrDefault(IsWritable) ?? _kerasFolder;

    /// <summary>Looks from the working directory, the program's folder, and KERAS_HOME or ~/.keras.</summary>
    public static WeightsLocator FromEnvironment()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string? kerasHome = Environment.GetEnvironmentVariable("KERAS_HOME");
        return new WeightsLocator(
            Environment.CurrentDirectory, AppContext.BaseDirectory,
            string.IsNullOrEmpty(kerasHome) ? Path.Combine(home, ".keras") : kerasHome);
    }

    /// <summary>
    /// The file in place, without the dense top or with it; null where there is none. In Keras's folder, where a
    /// broken download may lie, the size must be right; a file in weights/ was put there on purpose, and reading
    /// it will tell if it is damaged. No sum is computed.
    /// </summary>
    public string? Find()
    {
        OfficialWeightFile[] known = [OfficialWeightFile.WithoutTop, OfficialWeightFile.WithTop];
        IEnumerable<string> placed =
            from folder in _weightsFolders
            from file in known
            let path = Path.Combine(folder, file.FileName)
            where File.Exists(path)
            select path;
        IEnumerable<string> cached =
            from file in known
            let path = Path.Combine(_kerasFolder, file.FileName)
            where File.Exists(path) && new FileInfo(path).Length == file.SizeBytes
            select path;
        return placed.Concat(cached).FirstOrDefault();
    }

    /// <summary>The file in place, or downloaded.</summary>
    /// <exception cref="WeightFileException">No file is in place and none can be downloaded; the message says the
    /// three ways on.</exception>
    public async Task<string> FindOrDownloadAsync(
        WeightsDownload download, Action<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (Find() is { } inPlace)
            return inPlace;
        OfficialWeightFile file = OfficialWeightFile.WithoutTop;
        string destination = Path.Combine(DownloadFolder, file.FileName);
        try
        {
            await download.DownloadAsync(file, destination, progress, cancellation).ConfigureAwait(false);
            return destination;
        }
        catch (WeightFileException failure)
        {
            Uri address = download.AddressOf(file);
            // The long address once is enough.
            string reason = failure.Message.Replace(address.ToString(), address.Host, StringComparison.Ordinal);
            throw new WeightFileException(
                $"VGG19's weights are not on this machine and cannot be downloaded ({reason.TrimEnd('.')}): "
                + $"get {address} elsewhere and put it into '{DownloadFolder}', "
                + "or name another VGG19 with --weights FILE.h5, or go on without with --weights synthetic.", failure);
        }
    }

    private static bool IsWritable(string folder)
    {
        if (!Directory.Exists(folder))
            return false;
        try
        {
            string probe = Path.Combine(folder, $".{Guid.NewGuid():N}.part");
            using FileStream file = new(
                probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<DirectoryInfo> Ancestors(DirectoryInfo? directory)
    {
        for (; directory is not null; directory = directory.Parent)
            yield return directory;
    }
}
