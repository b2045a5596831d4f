using System.Diagnostics;
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
        return error == Console.Error && !Console.IsErrorRedirected
            ? ShowBar(error, iterations, run)
            : ShowLines(error, iterations, run);
    }

    private static TResult ShowBar<TResult>(
        TextWriter error, long iterations, Func<RunObserver, TResult> run)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
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
                    TargetsComputed = time => console.WriteLine(Describe(time)),
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
            TargetsComputed = time => error.WriteLine(Describe(time)),
            Iteration = report =>
            {
                double perSecond = rate.After(report);
                bool isEnd = report.Iteration == 0 || report.Iteration == iterations - 1;
                if (!isEnd && sinceLine.Elapsed < TimeSpan.FromSeconds(5))
                    return;
                sinceLine.Restart();
                TimeSpan remaining = TimeSpan.FromSeconds((iterations - 1 - report.Iteration) / perSecond);
                error.WriteLine(
                    $"iteration {report.Iteration} of {iterations}: {Describe(report, perSecond)}, "
                    + $"{remaining:h\\:mm\\:ss} left");
            },
        });
    }

    private static string Describe(TimeSpan targets) => $"targets computed in {targets.TotalSeconds:F1} s";

    private static string Describe(IterationReport report, double perSecond)
    {
        LossValues losses = report.Losses;
        return $"loss {losses.Total:G5} (content {losses.Content:G4}, style {losses.Style:G4}, "
            + $"variation {losses.TotalVariation:G4}), {perSecond:G3} iterations/s";
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
