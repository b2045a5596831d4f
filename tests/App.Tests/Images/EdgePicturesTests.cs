using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Images;

public class EdgePicturesTests
{
    public static TheoryData<string> Cases => [.. Fixture.Cases("edges")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void As_the_tutorial_shows_them(string name)
    {
        Fixture fixture = Fixture.Open("edges", name);
        NpyFile file = fixture["picture"];
        Picture picture = new(new PictureSize(file.Shape[0], file.Shape[1]), file.ToSingle());
        foreach ((string expectedName, Picture edges) in new[]
        {
            ("horizontal_deltas", EdgePictures.HorizontalDeltas(picture)),
            ("vertical_deltas", EdgePictures.VerticalDeltas(picture)),
            ("horizontal_sobel", EdgePictures.HorizontalSobel(picture)),
            ("vertical_sobel", EdgePictures.VerticalSobel(picture)),
        })
        {
            NpyFile expected = fixture[expectedName];
            Assert.Equal(expected.Shape, (int[])[edges.Size.Height, edges.Size.Width, 3]);
            Assert.Equal(expected.ToSingle(), edges.Rgb); // small integers and quarters: exact
        }
    }

    [Fact]
    public void Four_files_are_written_into_a_new_folder()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ilgpustyle-tests-");
        try
        {
            string path = Path.Combine(folder.FullName, "new", "edges");
            EdgePictures.Save(new Picture(new PictureSize(3, 4), new float[36]), path, "content");
            Assert.Equal(
                [
                    "content-horizontal-deltas.png", "content-horizontal-sobel.png", "content-vertical-deltas.png",
                    "content-vertical-sobel.png",
                ],
                Directory.GetFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
            Assert.Equal(
                new PictureSize(2, 4), PictureFile.Load(Path.Combine(path, "content-horizontal-deltas.png"), 1).Size);

            string file = Path.Combine(folder.FullName, "file");
            File.WriteAllText(file, string.Empty);
            Assert.Throws<OutputFileException>(
                () => EdgePictures.Save(new Picture(new PictureSize(3, 4), new float[36]), file, "content"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void One_row_has_no_edges() =>
        Assert.Throws<ArgumentException>(
            () => EdgePictures.VerticalDeltas(new Picture(new PictureSize(1, 5), new float[15])));
}
