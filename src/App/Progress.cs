using System.Diagnostics;
using System.Text;
using IlgpuStyle.StyleTransfer;
using Spectre.Console;

namespace IlgpuStyle.App;

/// <summary>Tells a user how a run goes, on standard error.</summary>
internal static class Progress
{
    /// <summary>Runs an action that reports to an observer; shows a bar on a terminal, plain lines elsewhere.</summary>
    /// <param name="error">Where to write.</param>
    /// <param name="iterations">How many there will be.</param>
    /// <param name="quiet">Show nothing.</param>
    /// <param name="run">Is handed whom to tell of targets and iterations.</param>
    public static TResult Show<TResult>(
        TextWriter error, long iterations, bool quiet, Func<RunObserver, TResult> run)
    {
        if (quiet)
            return run(new RunObserver());
        return error is GuardedWriter { IsTerminal: true }
            ? ShowBar(error, iterations, run)
            : ShowLines(error, iterations, run);
    }

    private static TResult ShowBar<TResult>(
        TextWriter error, long iterations, Func<RunObserver, TResult> run)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new Terminal(error) });
        return console.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("starting", maxValue: iterations);
                var rate = new IterationRate();
                return run(new RunObserver
                {
                    TargetsComputed = targets => console.WriteLine(Describe(targets)),
                    Iteration = report =>
                    {
                        task.Description = Markup.Escape(Describe(report, rate.After(report)));
                        task.Value = report.Iteration + 1;
                    },
                });
            });
    }

    /// <summary>A line for the first and the last iteration and about one in five seconds between.</summary>
    private static TResult ShowLines<TResult>(
        TextWriter error, long iterations, Func<RunObserver, TResult> run)
    {
        var sinceLine = Stopwatch.StartNew();
        var rate = new IterationRate();
        return run(new RunObserver
        {
            TargetsComputed = targets => error.WriteLine(Describe(targets)),
            Iteration = report =>
            {
                double perSecond = rate.After(report);
                bool isEnd = report.Iteration == 0 || report.Iteration == iterations - 1;
                if (!isEnd && sinceLine.Elapsed < TimeSpan.FromSeconds(5))
                    return;
                sinceLine.Restart();
                error.WriteLine(
                    $"iteration {report.Iteration} of {iterations}: {Describe(report, perSecond)}, "
                    + Remaining(report.Iteration, iterations, perSecond));
            },
        });
    }

    private static string Describe(TargetsReport targets) =>
        $"targets for {targets.Width}×{targets.Height} computed in {targets.Time.TotalSeconds:F1} s";

    /// <summary>Hours, minutes and seconds; a run may take days.</summary>
    private static string Remaining(int iteration, long iterations, double perSecond)
    {
        long seconds = (long)((iterations - 1 - iteration) / perSecond);
        return $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00} left";
    }

    private static string Describe(IterationReport report, double perSecond)
    {
        LossValues losses = report.Losses;
        return $"loss {losses.Total:G5} (content {losses.Content:G4}, style {losses.Style:G4}, "
            + $"variation {losses.TotalVariation:G4}), {perSecond:G3} iterations/s";
    }

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

    /// <summary>Iterations per second over the whole run so far.</summary>
    private sealed class IterationRate
    {
        private double _milliseconds;
        private int _iterations;

        public double After(IterationReport report)
        {
            _milliseconds += report.Milliseconds;
            _iterations++;
            return 1000 * _iterations / Math.Max(_milliseconds, 1e-3);
        }
    }
}
