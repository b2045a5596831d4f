using IlgpuStyle.App.Images;
using IlgpuStyle.App.Training;

namespace IlgpuStyle.App.Tests.Training;

public sealed class TrainingPhotographsTests : IDisposable
{
    private const int Side = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-photographs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Each photograph has a level of its own.</summary>
    [Theory]
    [InlineData(4, 1)]
    [InlineData(8, 2)]
    [InlineData(16, 4)]
    [InlineData(21, 4)]
    public void Of_enough_photographs_some_are_held_out_and_not_trained_on(int count, int heldOut)
    {
        string[] files = [.. Enumerable.Range(0, count).Select(i => Save(i, new PictureSize(40, 50)))];
        TrainingPhotographs photographs = TrainingPhotographs.Load(files, Side, _ => { });
        Assert.Equal(heldOut, photographs.HeldOut.Count);
        Assert.All(photographs.HeldOut, square => Assert.Equal((Side, Side), (square.Height, square.Width)));
        float[] levels =
        [
            .. photographs.Trained.Select(picture => picture.Rgb[0]),
            .. photographs.HeldOut.Select(square => square.Values[0]),
        ];
        Assert.Equal((count, count), (levels.Length, levels.Distinct().Count()));
        // As large as the smallest crops need them.
        Assert.All(photographs.Trained, picture => Assert.Equal(new PictureSize(32, 40), picture.Size));
    }

    [Fact]
    public void Of_a_few_photographs_the_last_third_is_held_out()
    {
        TrainingPhotographs photographs = TrainingPhotographs.Load(
            [Save(0, new PictureSize(30, 24)), Save(1, new PictureSize(20, 30))], Side, _ => { });
        Assert.Equal(
            [new PictureSize(20, 24), new PictureSize(20, 20)], photographs.Trained.Select(picture => picture.Size));
        Assert.Equal([0f, 10f], photographs.HeldOut.Select(square => square.Values[0]));
    }

    [Fact]
    public void Without_photographs_the_sample_landscape_serves()
    {
        TrainingPhotographs photographs = TrainingPhotographs.Load([], 64, _ => { });
        Assert.Single(photographs.Trained);
        Assert.Single(photographs.HeldOut);
        Assert.Contains("the sample landscape", photographs.Description, StringComparison.Ordinal);
    }

    private string Save(int number, PictureSize size)
    {
        float[] rgb = new float[3 * size.Pixels];
        Array.Fill(rgb, 10 * number);
        string path = Path.Combine(_folder, $"{number}.png");
        PictureFile.Save(new Picture(size, rgb), path);
        return path;
    }
}
