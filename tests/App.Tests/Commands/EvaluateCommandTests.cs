using System.Globalization;
using System.Text;
using System.Text.Json;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>What <c>evaluate</c> prints and writes.</summary>
[Collection(CommandFiles.Collection)]
public sealed class EvaluateCommandTests(CommandFiles files, EvaluateCommandTests.AtTheStart evaluation)
    : IClassFixture<EvaluateCommandTests.AtTheStart>
{
    [Fact]
    public void Its_losses_add_up()
    {
        JsonElement json = evaluation.Json;
        Assert.Equal(
            ["loss", "content", "style", "total_variation", "layers"],
            json.EnumerateObject().Select(property => property.Name));
        JsonProperty[] layers = [.. json.GetProperty("layers").EnumerateObject()];
        Assert.Equal(
            Enumerable.Range(1, 5).Select(block => $"block{block}_conv1"), layers.Select(layer => layer.Name));
        double style = Number(json, "style");
        Assert.Equal(style, layers.Sum(layer => layer.Value.GetDouble()), 1e-6 * style);
        double loss = Number(json, "loss");
        Assert.Equal(
            loss, Number(json, "content") + style + Number(json, "total_variation"), 1e-6 * loss);
    }

    /// <summary>The log has nine significant digits.</summary>
    [Fact]
    public void Its_losses_are_those_of_the_first_row_of_a_log()
    {
        string log = files.PathOf("first.csv");
        CommandLineAssert.Succeeds(
        [
            "stylize", .. files.Pictures, "--convolution", "direct", "--iterations", "1",
            "--output", files.PathOf("first.png"), "--log", log,
        ]);
        string[] columns = File.ReadLines(log).First().Split(',');
        string[] row = File.ReadLines(log).ElementAt(1).Split(',');
        foreach (string name in (string[])["loss", "content", "style", "total_variation"])
        {
            double expected = double.Parse(row[columns.IndexOf(name)], CultureInfo.InvariantCulture);
            Assert.Equal(expected, Number(evaluation.Json, name), 1e-8 * Math.Abs(expected));
        }
    }

    [Fact]
    public void The_gradient_is_a_little_endian_float32_array_of_rows_columns_and_channels()
    {
        byte[] bytes = File.ReadAllBytes(evaluation.Gradient);
        Assert.StartsWith(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (33, 46, 3), }", Encoding.ASCII.GetString(bytes[10..]),
            StringComparison.Ordinal);
        Assert.Equal(0, (bytes.Length - 4 * 33 * 46 * 3) % 64);
        Assert.Equal([33, 46, 3], NpyFile.Load(evaluation.Gradient).Shape);
    }

    /// <summary>Total variation alone has a gradient that is local: 0 where the picture is flat.</summary>
    [Fact]
    public void The_gradient_has_the_pictures_orientation()
    {
        (int row, int column, int width) = (20, 31, CommandFiles.ContentSize.Width);
        float[] rgb = new float[3 * CommandFiles.ContentSize.Pixels];
        Array.Fill(rgb, 100);
        rgb[3 * (row * width + column)] = 150;
        string picture = files.PathOf("dot.png");
        PictureFile.Save(new Picture(CommandFiles.ContentSize, rgb), picture);
        string path = files.PathOf("dot.npy");
        CommandLineAssert.Succeeds(
        [
            "evaluate", .. files.Pictures, "--image", picture, "--gradient", path, "--content-weight", "0",
            "--style-weight", "0",
        ]);
        double[] gradient = NpyFile.Load(path).Values;
        // Of blue, green, red, as the network takes them.
        int red = 3 * (row * width + column) + 2;
        Assert.Equal(
            [red - 3 * width, red - 3, red, red + 3, red + 3 * width],
            Enumerable.Range(0, gradient.Length).Where(i => gradient[i] != 0));
        Assert.True(gradient[red] > 0 && gradient[red + 3] < 0);
    }

    [Fact]
    public void Scores_of_the_content_are_all_zero_when_scaled()
    {
        string printed = CommandLineAssert.Succeeds(
            ["evaluate", .. files.Pictures, "--image", files.Content, "--scores"]);
        JsonProperty[] scores =
            [.. JsonDocument.Parse(printed).RootElement.GetProperty("scores").EnumerateObject()];
        Assert.Equal(
            ["content_distance", "content_similarity", "style_effect", "style_distance", "edges", "noise"],
            scores.Select(score => score.Name));
        Assert.All(scores, score => Assert.Equal(0, Number(score.Value, "scaled")));
        Assert.Equal(1, Number(scores[1].Value, "value"), 1e-9);
        Assert.InRange(Number(scores[2].Value, "value"), 0.01, 0.99);
    }

    [Fact]
    public void Scores_need_a_picture() => Assert.Contains(
        "--scores judges a picture: give it with --image.",
        CommandLineAssert.Refuses(ExitCode.Usage, ["evaluate", .. files.Pictures, "--scores"]),
        StringComparison.Ordinal);

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();

    /// <summary>The start of preset balanced, judged.</summary>
    public sealed class AtTheStart
    {
        public AtTheStart(CommandFiles files)
        {
            Gradient = files.PathOf("gradient.npy");
            string printed = CommandLineAssert.Succeeds(["evaluate", .. files.Pictures, "--gradient", Gradient]);
            Json = JsonDocument.Parse(printed).RootElement;
        }

        public JsonElement Json { get; }

        public string Gradient { get; }
    }
}
