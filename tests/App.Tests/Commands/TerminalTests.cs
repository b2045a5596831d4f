using System.Diagnostics;
using System.Text.RegularExpressions;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>What a terminal shows, which util-linux's <c>script</c> stands for.</summary>
[Collection(CommandFiles.Collection)]
public sealed class TerminalTests(CommandFiles files)
{
    /// <summary>A bar that is wrapped over lines is no bar.</summary>
    [Fact]
    public void Loss_rate_time_bar_and_percentage_fit_in_80_columns()
    {
        string[] program =
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "ilgpustyle.dll"), "stylize", .. files.Pictures,
            "--iterations", "20", "--output", files.PathOf("shown.png"),
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

        Assert.Equal(0, process.ExitCode);
        string line = shown.Split('\r', '\n').Last(line => line.StartsWith("loss", StringComparison.Ordinal));
        Assert.Matches(@"^loss [^ ]+, [^ ]+/s, \d+:\d\d:\d\d left [━-]{20,} 100%$", line.TrimEnd());
        Assert.InRange(line.TrimEnd().Length, 60, 80);
    }
}
