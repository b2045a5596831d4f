using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Commands;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.App.Text;
using IlgpuStyle.Kernels;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Bulk;

/// <summary>
/// Makes many pictures one after the other: each as <c>stylize</c> would, those that are done not again, and without
/// harm to the others where one fails.
/// </summary>
internal sealed class Batch : IDisposable
{
    private readonly InvocationConfiguration _streams;
    private readonly string _device;
    private readonly bool _quiet;
    private readonly StylizeCommand _stylize = new();
    private readonly Command _command;
    private readonly FileHashes _hashes = new();
    private readonly List<string> _notes = [];
    private readonly Stopwatch _clock = new();
    private StylizeSession? _session;
    private int _doneBefore;
    private int _made;
    private int _failed;

    /// <param name="streams">Where to write.</param>
    /// <param name="device">What to compute on.</param>
    /// <param name="quiet">Whether nothing but results and failures is told.</param>
    public Batch(InvocationConfiguration streams, string device, bool quiet)
    {
        _streams = streams;
        _device = device;
        _quiet = quiet;
        _command = _stylize.ToCommand();
    }

    private double Seconds => _clock.Elapsed.TotalSeconds;

    /// <summary>Makes the pictures of a shard.</summary>
    /// <param name="jobs">Those of all shards.</param>
    /// <param name="shard">Which of them.</param>
    /// <exception cref="UsageException">Two have one output.</exception>
    /// <exception cref="DeviceException">The device cannot be opened.</exception>
    /// <exception cref="WeightFileException">The weights cannot be had or used.</exception>
    public ExitCode Run(IReadOnlyList<PictureJob> jobs, Shard shard)
    {
        ParseResult[] commands = [.. jobs.Select(job => Parse(job.Options))];
        DistinctFiles.Require([], jobs.Zip(commands).Select(
            pair => new NamedFile($"the result of {pair.First.Name},", _stylize.Output(pair.Second))));
        (PictureJob Job, ParseResult Command)[] mine =
            [.. jobs.Zip(commands).Where((_, i) => shard.Has(i))];
        string? previous = null;
        bool interrupted = false;
        for (int i = 0; i < mine.Length && !interrupted; i++)
        {
            (PictureJob job, ParseResult command) = mine[i];
            if (!job.StartsFromPrevious)
                previous = null;
            try
            {
                if (previous is not null)
                    command = Parse([.. job.Options, .. StartFrom(previous, job, command)]);
                ExitCode? code = Make(command);
                interrupted = code == ExitCode.Interrupted;
                if (code is null)
                {
                    _doneBefore++;
                }
                else if (!interrupted)
                {
                    _made++;
                    TellOfPicture(i, mine.Length, $"{job.Name}, {Seconds / _made:F1} s a picture");
                }
                previous = _stylize.Output(command);
            }
            catch (Exception exception) when (Failure.IsExpected(exception) && !FailsForAll(exception))
            {
                _failed++;
                Note(job.Name, Failure.Sentence(exception));
                TellOfPicture(i, mine.Length, $"{job.Name} failed");
            }
        }
        return Summarize(mine.Length, interrupted);
    }

    public void Dispose() => _session?.Dispose();

    /// <summary>Makes a picture.</summary>
    /// <returns>How that went; null for one that is done already.</returns>
    private ExitCode? Make(ParseResult command)
    {
        RunSettings settings = _stylize.Settings(command, _hashes);
        if (DoneRecord.Find(settings) is { } record)
        {
            Note(settings.Output, record.Note);
            return null;
        }
        StylizeSession session = Open();
        using Checkpoint? checkpoint = settings.FindCheckpoint(Tell);
        ExitCode code;
        _clock.Start();
        try
        {
            code = _stylize.Run(command, _streams, checkpoint, session);
        }
        finally
        {
            _clock.Stop();
        }
        if (code == ExitCode.Interrupted)
            return code;
        string? note = code == ExitCode.LossGrew
            ? "The loss ended far above its first or its lowest: the picture is likely noise."
            : null;
        // Asked again: weights may have been downloaded.
        DoneRecord.Write(_stylize.Settings(command, _hashes), note);
        Note(settings.Output, note);
        return code;
    }

    private StylizeSession Open()
    {
        if (_session is not null)
            return _session;
        _session = new StylizeSession(_device, _hashes);
        DeviceLines.Tell(_session.Engine, Tell);
        return _session;
    }

    /// <summary>Whether no other picture could be made either.</summary>
    private bool FailsForAll(Exception exception) =>
        exception is WeightFileException || (exception is DeviceException && _session is null);

    /// <summary>What makes a frame start from the result before it, with the noise that its start would have.</summary>
    private string[][] StartFrom(string previous, PictureJob job, ParseResult command)
    {
        string[] start = ["--start", previous];
        double noise = _stylize.Pictures.Recipe(command).Start.NoiseLevels;
        return noise == 0 || job.Options.Any(option => option[0] == "--noise")
            ? [start]
            : [start, ["--noise", noise.ToString("R", CultureInfo.InvariantCulture)]];
    }

    private ParseResult Parse(IEnumerable<string[]> options)
    {
        ParseResult parsed = RecordedCommand.Parse(_command, [.. options, [QuietOption.Name]]);
        return parsed.Errors is [var error, ..]
            ? throw new UsageException(error.Message)
            : RepeatableCommand.WithRecorded(parsed);
    }

    /// <summary>Keeps a sentence for the end.</summary>
    /// <param name="about">What it is about, named before it unless it names that itself.</param>
    /// <param name="sentence">Null for none.</param>
    private void Note(string about, string? sentence)
    {
        if (sentence is not null)
            _notes.Add(sentence.Contains(about, StringComparison.Ordinal) ? sentence : $"{about}: {sentence}");
    }

    private ExitCode Summarize(int pictures, bool interrupted)
    {
        Tell($"{Counted.Of(pictures, "picture")}: {_made} made in {Seconds:F1} s, {_doneBefore} done before, "
            + $"{_failed} failed"
            + (interrupted ? ", the rest left: the same command goes on" : ""));
        foreach (string note in _notes)
            _streams.Error.WriteLine($"ilgpustyle: {note}");
        return interrupted ? ExitCode.Interrupted : _notes.Count > 0 ? ExitCode.LossGrew : ExitCode.Done;
    }

    private void TellOfPicture(int picture, int pictures, string what) => Tell($"{picture + 1} of {pictures}: {what}");

    private void Tell(string line)
    {
        if (!_quiet)
            _streams.Error.WriteLine(line);
    }
}
