using System.Text.Json;
using IlgpuStyle.App.Commands;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App.Tests.Commands;

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

    [Fact]
    public void Weights_must_be_named() => CommandLineAssert.Refuses(
        ExitCode.Usage, "Option '--weights' is required.", "classify", "picture.png");

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
