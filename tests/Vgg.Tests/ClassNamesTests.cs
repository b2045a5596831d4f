using IlgpuStyle.Vgg.Tests.Weights;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg.Tests;

public sealed class ClassNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_lie_beside_the_weights()
    {
        Write("""{"0": ["n01440764", "tench"], "999": ["n15075141", "toilet_tissue"]}""");

        var names = ClassNames.ReadBeside(_folder.File("weights.h5"));

        Assert.Equal("tench", names[0]);
        Assert.Equal("toilet_tissue", names[999]);
        Assert.Null(names[1]);
    }

    [Fact]
    public void Without_the_file_no_name_is_known() =>
        Assert.Null(ClassNames.ReadBeside(_folder.File("weights.h5"))[0]);

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"0": "tench"}""")]
    [InlineData("""{"0": ["n01440764"]}""")]
    [InlineData("""{"0": ["n01440764", 7]}""")]
    public void Another_form_is_refused(string json)
    {
        Write(json);

        WeightFileException refusal = Assert.Throws<WeightFileException>(
            () => ClassNames.ReadBeside(_folder.File("weights.h5")));

        Assert.StartsWith(
            $"Class names '{_folder.File(ClassNames.FileName)}' are not of the form", refusal.Message,
            StringComparison.Ordinal);
    }

    private void Write(string json) => File.WriteAllText(_folder.File(ClassNames.FileName), json);
}
