using System.Diagnostics;
using System.Text;
using IlgpuStyle.App.Input;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Losses;
using Spectre.Console;

namespace IlgpuStyle.App.Terminal;

/// <summary>Tells a user how a run goes, on standard error.</summary>
/// <param name="error">Where to write.</param>
/// <param name="quiet">Show no progress.</param>
internal sealed class Progress(TextWriter error, bool quiet)
{
    private IAnsiConsole? _withBar;

    /// <summary>Writes a line, above the bar where one is shown: it is drawn over what is written past it.</summary>
    public void WriteLine(string line)
    {
        if (_withBar is { } console)
            console.WriteLine(line.PadRight(console.Profile.Width)); // The bar's end would show behind it.
        else
            error.WriteLine(line);
    }

    /// <summary>Runs an action that reports to an observer; shows a bar on a terminal, plain lines elsewhere.</summary>
    /// <param name="scales">The steps that there will be.</param>
    /// <param name="run">Is handed whom to tell of targets and iterations.</param>
    public TResult Show<TResult>(IReadOnlyList<ScaleSteps> scales, Func<RunObserver, TResult> run)
    {
        if (quiet)
            return run(new RunObserver());
        var estimate = new RunEstimate(scales);
        return error is GuardedWriter { IsTerminal: true }
            ? ShowBar(estimate, run)
            : ShowLines(estimate, scales.Sum(scale => (long)scale.Iterations), run);
    }

    private TResult ShowBar<TResult>(RunEstimate estimate, Func<RunObserver, TResult> run)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new Terminal(error) });
        _withBar = console;
        try
        {
            return console.Progress()
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn { Width = null },
                    new PercentageColumn())
                .Start(context =>
                {
                    ProgressTask task = context.AddTask("starting", maxValue: 1);
                    return run(new RunObserver
                    {
                        TargetsComputed = targets =>
                        {
                            estimate.BeginScale(targets.Scale, targets.StepsDone);
                            WriteLine(Describe(targets));
                        },
                        Iteration = report =>
                        {
                            estimate.Add(report);
                            // The terms are left out: bar and percentage must fit beside it in 80 columns.
                            task.Description = Markup.Escape($"loss {report.Losses.Total:G5}" + (estimate.KnowsPace
                                ? $", {estimate.StepsPerSecond:G3}/s, {estimate.TimeLeft}"
                                : ""));
                            task.Value = estimate.Share;
                        },
                    });
                });
        }
        finally
        {
            _withBar = null;
        }
    }

    /// <summary>A line for the first and the last iteration and about one in five seconds between.</summary>
    private TResult ShowLines<TResult>(RunEstimate estimate, long iterations, Func<RunObserver, TResult> run)
    {
        var sinceLine = Stopwatch.StartNew();
        return run(new RunObserver
        {
            TargetsComputed = targets =>
            {
                estimate.BeginScale(targets.Scale, targets.StepsDone);
                error.WriteLine(Describe(targets));
            },
            Iteration = report =>
            {
                estimate.Add(report);
                bool isEnd = report.Iteration == 0 || report.Iteration == iterations - 1;
                if (!isEnd && sinceLine.Elapsed < TimeSpan.FromSeconds(5))
                    return;
                sinceLine.Restart();
                LossValues losses = report.Losses;
                error.WriteLine(
                    $"iteration {report.Iteration + 1} of {iterations}: loss {losses.Total:G5} (content "
                    + $"{losses.Content:G4}, style {losses.Style:G4}, variation {losses.TotalVariation:G4})"
                    + (estimate.KnowsPace ? $", {estimate.StepsPerSecond:G3} iterations/s, {estimate.TimeLeft}" : ""));
            },
        });
    }

    private static string Describe(TargetsReport targets) =>
        $"targets for {targets.Width}×{targets.Height} computed in {targets.Time.TotalSeconds:F1} s";

    /// <summary>A terminal behind a writer that Spectre.Console does not know for one.</summary>
    private sealed class Terminal(TextWriter writer) : IAnsiConsoleOutput
    {
        private readonly AnsiConsoleOutput _output = new(writer);

        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => _output.Width;

        public int Height => _output.Height;

        public void SetEncoding(Encoding encoding) => _output.SetEncoding(encoding);
    }
}
