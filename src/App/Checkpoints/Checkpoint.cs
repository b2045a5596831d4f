using IlgpuStyle.App.Errors;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Checkpoints;

/// <summary>A checkpoint that a run goes on from.</summary>
internal sealed class Checkpoint : IDisposable
{
    /// <summary>The entry of all iterations' reports.</summary>
    private const string HistoryName = "history";

    private const int HistoryColumns = 6;

    private readonly SafetensorsFile _file;

    private Checkpoint(string path, SafetensorsFile file)
    {
        Path = path;
        _file = file;
        Manifest = CheckpointManifest.FromMetadata(file.Metadata);
        Recipe = Manifest.ReadRecipe();
        History = FromRows(file.Read<double>(HistoryName));
    }

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <summary>What it says of its run.</summary>
    public CheckpointManifest Manifest { get; }

    /// <summary>The run's.</summary>
    public Recipe Recipe { get; }

    /// <summary>Every iteration so far.</summary>
    public IReadOnlyList<IterationReport> History { get; }

    /// <summary>The state.</summary>
    public SavedRun Run => new(Manifest.Scale, LossesOfScale, entry => Usable(() => _file.Read(entry)));

    private double[] LossesOfScale =>
    [
        .. History.Where(report => report.Iteration >= Manifest.Iteration - Manifest.Step)
            .Select(report => report.Losses.Total),
    ];

    /// <summary>The values of an entry, as many as there are.</summary>
    /// <exception cref="InputFileException">There are none.</exception>
    public double[] Read(string name) => Usable(() => _file.Read<double>(name));

    /// <summary>Opens a checkpoint and checks all of it.</summary>
    /// <exception cref="InputFileException">It is none, or damaged.</exception>
    public static Checkpoint Open(string path)
    {
        SafetensorsFile? file = null;
        try
        {
            file = SafetensorsFile.Open(path);
            return new Checkpoint(path, file);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException
            or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw exception switch
            {
                FileNotFoundException or DirectoryNotFoundException =>
                    new InputFileException($"'{path}' does not exist.", exception),
                InvalidDataException => NotUsable(path, exception.Message, exception),
                _ => new InputFileException(
                    $"'{path}' cannot be read: {exception.Message.TrimEnd('.')}.", exception),
            };
        }
    }

    /// <summary>The reports of a run as an entry.</summary>
    public static StateEntry HistoryEntry(IReadOnlyList<IterationReport> history) => StateEntry.Of(
        HistoryName,
        () =>
        [
            .. history.SelectMany(report => (double[])
            [
                report.Iteration, report.Losses.Content, report.Losses.Style, report.Losses.TotalVariation,
                report.LearningRate, report.Milliseconds,
            ]),
        ],
        _ => { },
        HistoryColumns);

    public void Dispose() => _file.Dispose();

    private T Usable<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException exception)
        {
            throw NotUsable(Path, exception.Message, exception);
        }
    }

    private static IterationReport[] FromRows(double[] values) =>
    [
        .. values.Chunk(HistoryColumns).Select(row => new IterationReport(
            (int)row[0], new LossValues(row[1], row[2], row[3]), row[4], row[5])),
    ];

    private static InputFileException NotUsable(string path, string reason, Exception exception) =>
        new($"'{path}' is no checkpoint that can be used: {reason}.", exception);
}
