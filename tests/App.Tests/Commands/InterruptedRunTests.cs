using System.Diagnostics;
using System.Globalization;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>Ctrl-C and its like, sent to the program as a process of its own, on Linux.</summary>
[Collection(CommandFiles.Collection)]
public sealed class InterruptedRunTests(CommandFiles files)
{
    private const string Iterations = "1000000";

    /// <summary>Far longer than a run takes to start; only so that a program that hangs fails the test.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void An_interrupted_run_saves_its_picture_and_its_log(string signal)
    {
        string output = files.PathOf($"{signal}.png");
        string log = files.PathOf($"{signal}.csv");
        using Process process = Start(signal, [
            "--size", $"{CommandFiles.ContentSize.Width}x{CommandFiles.ContentSize.Height}",
            "--iterations", Iterations, "--output", output, "--log", log,
        ]);
        using var timer = new Timer(_ => process.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
        // Both fit the pipe's buffer, so that reading one after the other blocks neither.
        string[] told = [.. Lines(process.StandardError, line =>
        {
            if (line.StartsWith("iteration 1 of", StringComparison.Ordinal))
                ProgramProcess.Send(signal, process.Id);
        })];
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == (int)ExitCode.Interrupted, string.Join('\n', told));
        Assert.Contains("ilgpustyle: interrupted; finishing the step, if one has begun, and saving its picture.", told);
        Assert.Equal(output + Environment.NewLine, printed);
        Assert.Equal(CommandFiles.ContentSize, PictureFile.Load(output, 1).Size);
        string[] rows = File.ReadAllLines(log)[1..];
        Assert.Equal(
            Enumerable.Range(0, rows.Length).Select(row => row.ToString(CultureInfo.InvariantCulture)),
            rows.Select(row => row.Split(',')[0]));
        Assert.Matches($"^{rows.Length} iterations? in ", told[^1]);
    }

    /// <summary>As soon as the program says anything, long before there is something to save.</summary>
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void Before_there_is_something_to_save_the_program_ends_at_once(string signal)
    {
        string output = files.PathOf($"earlier-{signal}.png");
        File.WriteAllText(output, "earlier");
        using Process process = Start(signal, ["--size", "2000", "--output", output]);
        string[] told = [.. Lines(process.StandardError, line =>
        {
            if (line.StartsWith("content ", StringComparison.Ordinal))
                ProgramProcess.Send(signal, process.Id);
        })];
        process.WaitForExit();

        Assert.True(process.ExitCode == (int)ExitCode.Interrupted, string.Join('\n', told));
        Assert.Contains("ilgpustyle: interrupted.", told);
        Assert.Equal("earlier", File.ReadAllText(output));
    }

    private Process Start(string signal, string[] options) => ProgramProcess.Start(
        signal, ["stylize", "--content", files.Content, "--style", files.Style, .. files.Network, .. options]);

    private static IEnumerable<string> Lines(StreamReader reader, Action<string> seen)
    {
        while (reader.ReadLine() is { } line)
        {
            seen(line);
            yield return line;
        }
    }
}
