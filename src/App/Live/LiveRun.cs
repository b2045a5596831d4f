using System.Diagnostics;
using System.Text.Json;
using IlgpuStyle.App.Charts;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Output;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Live;

/// <summary>What pages are told of a run, and what they ask of it.</summary>
/// <remarks>
/// The run's thread leaves numbers here and waits for nobody. It hands over a picture only where a page has asked for
/// one, and so seldom that encoding, on another thread, takes one part in <see cref="TimeShare"/> of the time.
/// </remarks>
/// <param name="run">What stays the same over the run.</param>
/// <param name="pictures">Those of the run.</param>
/// <param name="history">The losses; whoever makes the run adds to it.</param>
/// <param name="finish">Makes a picture what is saved of it.</param>
/// <param name="save">Saves a picture on the way and says where it is, or what went wrong.</param>
/// <param name="stop">Ends the run after the step it is at.</param>
internal sealed class LiveRun(
    RunDescription run, ShownPictures pictures, LossHistory history, Func<RgbPicture, Picture> finish,
    Func<int, RgbPicture, string> save, Action stop)
{
    /// <summary>The longest side of a picture on the page, in pixels.</summary>
    private const int MostSide = 1024;

    /// <summary>Longest side of a style on the page.</summary>
    private const int MostStyleSide = 512;

    /// <summary>Encoding takes at most one part in this many of one core's time.</summary>
    private const int TimeShare = 100;

    private static readonly TimeSpan LeastBetweenPictures = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastBetweenCharts = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly RunEstimate _estimate = new(pictures.Steps);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lazy<Preview> _content = new(() => Preview.Of(pictures.Content, MostSide));
    private readonly Dictionary<(int, int), (string Svg, int Iteration, TimeSpan At)> _charts = [];
    private TaskCompletionSource _newPicture = NewSignal();
    private LivePicture? _picture;
    private LiveEnd? _end;
    private TargetsReport? _targets;
    private string _message = "";
    private int _stepsDone = (history.Last?.Iteration ?? -1) + 1;
    private volatile bool _pictureIsWanted;
    private volatile bool _saveIsWanted;
    private volatile bool _isEncoding;
    private TimeSpan _encodingTime = TimeSpan.MaxValue;
    private TimeSpan _nextPicture;

    /// <summary>The photograph in the result's size.</summary>
    public Preview Content => _content.Value;

    /// <summary>The style pictures as the network sees them.</summary>
    public IReadOnlyList<Lazy<Preview>> Styles { get; } =
    [
        .. pictures.Styles.Select(style => new Lazy<Preview>(() => Preview.Of(
            new Picture(new PictureSize(style.Picture.Height, style.Picture.Width), style.Picture.Values),
            MostStyleSide))),
    ];

    /// <summary>How the run ended; null while it goes on.</summary>
    public LiveEnd? End
    {
        get
        {
            lock (_lock)
                return _end;
        }
    }

    /// <summary>The size of the result.</summary>
    public PictureSize Size => pictures.Content.Size;

    /// <summary>An observer that also tells the pages.</summary>
    public RunObserver Observe(RunObserver observer) => (observer with
    {
        TargetsComputed = observer.TargetsComputed + BeginScale,
        Iteration = observer.Iteration + Add,
        Diverged = observer.Diverged + (report => Tell(
            $"The loss of iteration {report.Iteration} was not finite: on from the best picture at half the rate.")),
    }).WithPictures(PictureIsDue, TakePicture);

    /// <summary>The numbers of this moment as JSON.</summary>
    public byte[] Numbers()
    {
        lock (_lock)
        {
            IterationReport? last = history.Last;
            bool knowsPace = _targets is not null && _estimate.KnowsPace;
            return JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    Output = run.Name,
                    Preset = run.Recipe.Name,
                    Device = run.DeviceName,
                    Size = $"{Size}",
                    Phase = _end is not null ? _end.Phase
                        : _targets is null ? "Computing targets"
                        : "Running",
                    Steps = _stepsDone,
                    OfSteps = pictures.Steps.Sum(scale => (long)scale.Iterations),
                    Share = _targets is null ? 0 : _estimate.Share,
                    Scale = _targets is { } at ? $"{at.Width}×{at.Height}" : $"{Size}",
                    Scales = pictures.Steps.Count > 1 && _targets is { } of
                        ? $"scale {of.Scale + 1} of {pictures.Steps.Count}"
                        : "",
                    Total = last?.Losses.Total,
                    Content = last?.Losses.Content,
                    Style = last?.Losses.Style,
                    Variation = last?.Losses.TotalVariation,
                    Rate = last?.LearningRate,
                    PerSecond = knowsPace ? _estimate.StepsPerSecond : (double?)null,
                    TimeLeft = knowsPace && _end is null ? _estimate.TimeLeft : "",
                    Seconds = (long)_clock.Elapsed.TotalSeconds,
                    PlannedMiB = run.PlannedMiB,
                    ProcessMiB = Environment.WorkingSet >> 20,
                    Message = _message,
                },
                JsonSerializerOptions.Web);
        }
    }

    /// <summary>A chart of the losses so far, or of a moment ago.</summary>
    public string Chart((int Width, int Height) size)
    {
        // One drawing after the other: many pages cost what one does.
        lock (_charts)
        {
            int iteration = history.Last?.Iteration ?? -1;
            if (_charts.TryGetValue(size, out (string Svg, int Iteration, TimeSpan At) drawn)
                && (drawn.Iteration == iteration || (_clock.Elapsed - drawn.At < LeastBetweenCharts && End is null)))
            {
                return drawn.Svg;
            }
            string svg = LossChart.ToSvg(history.ToList(), size);
            _charts[size] = (svg, iteration, _clock.Elapsed);
            return svg;
        }
    }

    /// <summary>A picture of more steps than these, as soon as there is one.</summary>
    /// <param name="steps">Of the one that the page has; less than 0 for none.</param>
    /// <param name="cancellation">The page is gone, or has waited long enough.</param>
    public async Task<LivePicture> PictureAfter(int steps, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_picture is { } picture && picture.Steps > steps)
                    return picture;
                _pictureIsWanted = true;
                next = _newPicture.Task;
            }
            await next.WaitAsync(cancellation);
        }
    }

    /// <summary>Has the next step's picture saved.</summary>
    public void Save()
    {
        _saveIsWanted = true;
        Tell("The picture is saved after this step.");
    }

    /// <summary>Ends the run after the step it is at.</summary>
    public void Stop()
    {
        Tell("The run stops after this step and saves its picture.");
        stop();
    }

    /// <summary>The run is over: pages keep what they are told now.</summary>
    /// <param name="phase">How it ended, in one word or two.</param>
    /// <param name="sentence">The same in a sentence, with the place of the picture.</param>
    /// <param name="picture">The result as it is saved; null where there is none.</param>
    public void Finish(string phase, string sentence, Picture? picture)
    {
        Preview? preview = picture is null ? null : Preview.Of(picture, MostSide);
        lock (_lock)
        {
            _message = sentence;
            _end = new LiveEnd(phase, preview);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void BeginScale(TargetsReport targets)
    {
        lock (_lock)
        {
            _targets = targets;
            _estimate.BeginScale(targets.Scale, targets.StepsDone);
            _encodingTime = TimeSpan.MaxValue;
        }
    }

    private void Add(IterationReport report)
    {
        lock (_lock)
        {
            _stepsDone = report.Iteration + 1;
            _estimate.Add(report);
        }
    }

    private void Tell(string message)
    {
        lock (_lock)
            _message = message;
    }

    private bool PictureIsDue(int stepsDone) =>
        _saveIsWanted || (_pictureIsWanted && !_isEncoding && _clock.Elapsed >= _nextPicture);

    private void TakePicture(int stepsDone, RgbPicture picture)
    {
        if (_saveIsWanted)
        {
            _saveIsWanted = false;
            Tell(save(stepsDone, picture));
        }
        if (!_pictureIsWanted || _isEncoding || _clock.Elapsed < _nextPicture)
            return;
        _pictureIsWanted = false;
        _isEncoding = true;
        ThreadPool.QueueUserWorkItem(_ => Encode(stepsDone, picture));
    }

    private void Encode(int stepsDone, RgbPicture picture)
    {
        var clock = Stopwatch.StartNew();
        Preview preview;
        try
        {
            preview = Preview.Of(finish(picture), MostSide);
        }
        catch (OutOfMemoryException)
        {
            Tell("There was too little memory to show the picture; the run goes on.");
            _isEncoding = false;
            return;
        }
        lock (_lock)
        {
            // The quickest so far: the first ones wait for the compiler, or for the run.
            _encodingTime = clock.Elapsed < _encodingTime ? clock.Elapsed : _encodingTime;
            TimeSpan pause = _encodingTime * TimeShare;
            _nextPicture = _clock.Elapsed + (pause > LeastBetweenPictures ? pause : LeastBetweenPictures);
            _picture = new LivePicture(stepsDone, preview);
            _isEncoding = false;
            _newPicture.SetResult();
            _newPicture = NewSignal();
        }
    }
}

/// <summary>A picture on the way.</summary>
/// <param name="Steps">Done before it.</param>
/// <param name="Preview">For the page.</param>
internal sealed record LivePicture(int Steps, Preview Preview);

/// <summary>How a run ended.</summary>
/// <param name="Phase">In one word or two.</param>
/// <param name="Picture">The result; null where there is none.</param>
internal sealed record LiveEnd(string Phase, Preview? Picture);
