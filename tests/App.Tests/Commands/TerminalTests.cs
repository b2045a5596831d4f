using System.Diagnostics;
using System.Text.RegularExpressions;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>What a terminal shows, which util-linux's <c>script</c> stands for.</summary>
[Collection(CommandFiles.Collection)]
public sealed class TerminalTests(CommandFiles files)
{
    /// <summary>A bar that is wrapped over lines is no bar.</summary>
    [Fact]
    public void Loss_rate_time_bar_and_percentage_fit_in_80_columns()
    {
        (int code, string[] lines) = Show("--iterations", "20");

        Assert.Equal(0, code);
        string line = lines.Last(line => line.StartsWith("loss", StringComparison.Ordinal));
        Assert.Matches(@"^loss [^ ]+, [^ ]+/s, \d+:\d\d:\d\d left [━-]{20,} 100%$", line.TrimEnd());
        Assert.InRange(line.TrimEnd().Length, 60, 80);
    }

    /// <summary>What is written past the bar is drawn over.</summary>
    [Fact]
    public void What_is_told_while_a_bar_is_shown_stands_above_it()
    {
        (int code, string[] lines) = Show("--iterations", "5", "--learning-rate", "1e30", "--clamp", "off", "--on-divergence", "stop");

        Assert.Equal((int)ExitCode.LossNotFinite, code);
        int told = Array.FindIndex(
            lines, line => line.StartsWith("The last finite picture is saved as ", StringComparison.Ordinal));
        Assert.NotEqual(-1, told);
        Assert.Contains(lines[told..], line => line.TrimEnd().EndsWith('%'));
    }

    private (int Code, string[] Lines) Show(params string[] options)
    {
        string[] program =
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "ilgpustyle.dll"), "stylize", .. files.Pictures,
            "--output", files.PathOf("shown.png"), .. options,
        ];
        var start = new ProcessStartInfo("script",
            ["-qec", $"stty cols 80 rows 24; {string.Join(' ', program)}", "/dev/null"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm";
        using Process process = Process.Start(start)!;
        string shown = Regex.Replace(process.StandardOutput.ReadToEnd(), @"\e\[[0-9;?]*[a-zA-Z]", "");
        process.WaitForExit();

        return (process.ExitCode, shown.Split('\r', '\n'));
    }
}
