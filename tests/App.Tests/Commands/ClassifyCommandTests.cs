using System.IO.Compression;
using System.Text.Json;
using IlgpuStyle.App.Commands;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App.Tests.Commands;

[Collection(CommandFiles.Collection)]
public sealed class ClassifyCommandTests : IDisposable
{
    private static readonly float[] Probabilities = [0.01f, 0.2f, 0.05f, 0.4f, 0.05f, 0.25f, 0.04f];

    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Five_classes_are_printed_likeliest_first_and_the_lower_of_equals_before_the_higher() => Assert.Equal(
        [
            "0.400000    3  great white shark", "0.250000    5", "0.200000    1  jack-o'-lantern", "0.050000    2",
            "0.050000    4",
        ],
        Print(json: false).TrimEnd().Split(Environment.NewLine));

    [Fact]
    public void Json_has_class_and_probability_and_the_name_where_it_is_known()
    {
        JsonElement[] classes = [.. JsonDocument.Parse(Print(json: true)).RootElement.EnumerateArray()];

        Assert.Equal([3, 5, 1, 2, 4], classes.Select(entry => entry.GetProperty("class").GetInt32()));
        Assert.Equal(
            [0.4f, 0.25f, 0.2f, 0.05f, 0.05f], classes.Select(entry => entry.GetProperty("probability").GetSingle()));
        Assert.Equal("great white shark", classes[0].GetProperty("name").GetString());
        Assert.False(classes[1].TryGetProperty("name", out _));
        Assert.Equal("jack-o'-lantern", classes[2].GetProperty("name").GetString());
    }

    /// <summary>The file's classes are colours: see tests/Reference/weights/make_weight_files.py.</summary>
    [Fact]
    public void A_picture_is_classified_by_the_weights_of_a_file()
    {
        string weights = Path.Combine(_folder, "colors.h5");
        using (FileStream packed = File.OpenRead(
            Path.Combine(AppContext.BaseDirectory, "ReferenceWeights", "colors_top.h5.gz")))
        using (var gzip = new GZipStream(packed, CompressionMode.Decompress))
        using (FileStream unpacked = File.Create(weights))
            gzip.CopyTo(unpacked);
        var size = new PictureSize(20, 30);
        float[] rgb = [.. Enumerable.Range(0, (int)size.Pixels).SelectMany(_ => new float[] { 250, 200, 90 })];
        string picture = Path.Combine(_folder, "orange.png");
        PictureFile.Save(new Picture(size, rgb), picture);

        string[] arguments = ["classify", picture, "--weights", weights, "--json", "--device", CommandFiles.Device];
        JsonElement[] classes =
            [.. JsonDocument.Parse(CommandLineAssert.Succeeds(arguments)).RootElement.EnumerateArray()];

        // What is above the network's means of red and green; blue is below its own.
        double red = Math.Exp((250 - 123.68) / 50);
        double green = Math.Exp((200 - 116.779) / 50);
        double sum = red + green + 998;
        Assert.Equal([7, 3, 0, 1, 2], classes.Select(entry => entry.GetProperty("class").GetInt32()));
        double[] expected = [red / sum, green / sum, 1 / sum, 1 / sum, 1 / sum];
        Assert.All(
            expected.Zip(classes.Select(entry => entry.GetProperty("probability").GetDouble())),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5 * pair.First));
    }

    [Fact]
    public void Weights_must_be_named() => CommandLineAssert.Refuses(
        ExitCode.Usage, "classify needs --weights FILE.h5.", "classify", "picture.png");

    private string Print(bool json)
    {
        File.WriteAllText(
            Path.Combine(_folder, ClassNames.FileName),
            """{"3": ["n", "great white shark"], "1": ["n", "jack-o'-lantern"]}""");
        using var output = new StringWriter();
        ClassifyCommand.Print(
            Probabilities, ClassNames.ReadBeside(Path.Combine(_folder, "weights.h5")), json, output);
        return output.ToString();
    }
}
