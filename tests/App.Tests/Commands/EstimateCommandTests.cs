using System.Text.Json;

namespace IlgpuStyle.App.Tests.Commands;

[Collection(CommandFiles.Collection)]
public sealed class EstimateCommandTests(CommandFiles files)
{
    private string[] Options => ["--content", files.Content, "--style", files.Style, .. files.Network];

    [Fact]
    public void Each_size_and_scale_has_a_line()
    {
        string[] lines = CommandLineAssert.Succeeds(
            ["estimate", .. Options, "--preset", "multiscale", "--coarsest", "40", "--size", "64", "48x36"])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("45×32: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("64×46: ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("48×36: ", lines[2], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Matches(
            @"memory: \d+ MiB[^;]*; \d+ iterations? of [0-9.E-]+ s, [0-9.E-]+ min in all$", line));
    }

    [Fact]
    public void Json_has_an_object_a_size()
    {
        using JsonDocument json = JsonDocument.Parse(
            CommandLineAssert.Succeeds(["estimate", .. Options, "--size", "32", "64", "--iterations", "7", "--json"]));
        Assert.Equal([32, 64], json.RootElement.EnumerateArray().Select(size => size.GetProperty("width").GetInt32()));
        foreach (JsonElement size in json.RootElement.EnumerateArray())
        {
            JsonElement scale = Assert.Single(size.GetProperty("scales").EnumerateArray());
            Assert.Equal(7, scale.GetProperty("iterations").GetInt32());
            Assert.True(scale.GetProperty("seconds_per_iteration").GetDouble() > 0);
            Assert.True(size.GetProperty("mebibytes").GetInt64() > 1);
        }
    }
}
