using System.Text.RegularExpressions;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>Commands that only tell: <c>devices</c>, <c>presets</c>, <c>weights inspect</c>.</summary>
[Collection(CommandFiles.Collection)]
public sealed class ListingCommandsTests(CommandFiles files)
{
    [Fact]
    public void Devices_are_numbered_and_described()
    {
        string[] lines = Lines(CommandLineAssert.Succeeds("devices"));
        Assert.NotEmpty(lines);
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.Matches(
                new Regex($@"^{i}: .+ \((OpenCL|CUDA), (GPU|CPU), [1-9]\d* compute units, [1-9]\d* MiB\)"),
                lines[i]);
        }
    }

    [Fact]
    public void Presets_are_listed_by_name_and_description()
    {
        string[] lines = Lines(CommandLineAssert.Succeeds("presets"));
        Assert.Equal(Presets.All.Select(preset => preset.Name), lines.Select(line => line.Split(' ')[0]));
        Assert.Equal(Presets.All.Select(preset => preset.Description), lines.Select(line => line[13..]));
    }

    [Fact]
    public void Synthetic_weights_are_a_usable_file()
    {
        string[] lines = Lines(CommandLineAssert.Succeeds("weights", "inspect", files.Weights));
        Assert.Equal($"file      {files.Weights}", lines[0]);
        Assert.Equal($"size      {new FileInfo(files.Weights).Length} bytes", lines[1]);
        Assert.Equal("usable    yes", lines[^1]);
        // Kernel and bias of VGG19's sixteen convolutions.
        Assert.Equal(32, lines.Count(line => line.StartsWith("block", StringComparison.Ordinal)));
        Assert.Single(lines, line => Regex.IsMatch(line, "^block5_conv4 +kernel +3×3×512×512 +float32 "));
    }

    private static string[] Lines(string printed) =>
        printed.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
