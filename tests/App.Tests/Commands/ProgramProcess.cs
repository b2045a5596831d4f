using System.Diagnostics;
using System.Globalization;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>The program as a process of its own, on Linux, where signals reach it.</summary>
internal static class ProgramProcess
{
    /// <summary>Kills of each run that is to be killed; <c>./test.sh --fuzz</c> wants more.</summary>
    public static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("ILGPUSTYLE_TEST_KILLS") ?? "2", CultureInfo.InvariantCulture);

    /// <summary>Starts it; a shell starts what it runs in the background with a signal ignored, which is inherited.</summary>
    /// <param name="signal">That is to have its usual effect: INT.</param>
    /// <param name="arguments">Of the program.</param>
    public static Process Start(string signal, params IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo("env",
        [
            $"--default-signal={signal}", "dotnet", Path.Combine(AppContext.BaseDirectory, "ilgpustyle.dll"),
            .. arguments,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Runs it to its end, or kills it before (SIGKILL, whose victim can do nothing about it).</summary>
    /// <returns>The exit code; 137 where the time was up.</returns>
    public static int Run(TimeSpan? killAfter, string[] arguments)
    {
        using Process process = Start("INT", arguments);
        using var timer = killAfter is { } time
            ? new Timer(_ => process.Kill(), null, time, Timeout.InfiniteTimeSpan)
            : null;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Sends a signal.</summary>
    public static void Send(string signal, int processId)
    {
        // The shell's own: a bare Debian has no program of that name.
        using Process kill = Process.Start("sh", ["-c", $"kill -s {signal} {processId}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
