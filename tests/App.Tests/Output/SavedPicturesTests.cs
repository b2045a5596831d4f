using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Output;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Tests.Output;

/// <summary>
/// Where a picture goes that cannot be saved in its place; a folder of its name stands for a full disk.
/// </summary>
public sealed class SavedPicturesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;
    private readonly List<string> _told = [];
    private readonly PreparedPictures _pictures;
    private readonly RgbPicture _result;

    public SavedPicturesTests()
    {
        string content = PathOf("content.png");
        PictureFile.Save(new Picture(new PictureSize(32, 40), new float[32 * 40 * 3]), content);
        _pictures = new PreparedPictures(Presets.Balanced, new PictureChoices(
            content, [new StyleArgument(content, 1)], Size: new RequestedSize(40, null)));
        _result = new RgbPicture(32, 40, [.. Enumerable.Range(0, 32 * 40 * 3).Select(i => i % 256)]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_picture_on_the_way_that_fails_is_told_once_and_the_next_is_tried()
    {
        SavedPictures saved = Saved(_ => null);
        foreach (int failing in (int[])[2, 4])
            Directory.CreateDirectory(PathOf($"out-{failing}.png"));
        for (int iteration = 1; iteration <= 6; iteration++)
            saved.SaveOnTheWay(iteration, _result);

        Assert.Equal(
            [
                $"'{PathOf("out-2.png")}' cannot be written: it is a folder. The run goes on.",
                $"'{PathOf("out-3.png")}' is saved again.",
                $"'{PathOf("out-4.png")}' cannot be written: it is a folder. The run goes on.",
                $"'{PathOf("out-5.png")}' is saved again.",
            ],
            _told);
        Assert.Contains("out-2.png", Assert.Throws<OutputFileException>(saved.RequireAllSaved).Message);
        Assert.True(File.Exists(PathOf("out-6.png")));
    }

    [Fact]
    public void The_user_is_asked_until_a_place_works()
    {
        Directory.CreateDirectory(PathOf("out.png"));
        var answers = new Queue<string>([PathOf("none/out.png"), PathOf("second.jpg")]);
        var questions = new List<string>();
        SavedPictures saved = Saved(question =>
        {
            questions.Add(question);
            return answers.Dequeue();
        });

        saved.SaveResult(_result);

        Assert.Equal(PathOf("second.jpg"), saved.Output);
        Assert.Equal(new PictureSize(32, 40), PictureFile.Load(saved.Output, 1).Size);
        saved.RequireAllSaved();
        Assert.StartsWith(
            $"'{PathOf("out.png")}' cannot be written: it is a folder. Where else?", questions[0],
            StringComparison.Ordinal);
        Assert.StartsWith($"'{PathOf("none/out.png")}' cannot be written: ", questions[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_answer_it_is_the_systems_folder_and_still_a_failure()
    {
        Directory.CreateDirectory(PathOf("out.png"));
        SavedPictures saved = Saved(_ => null);

        saved.SaveResult(_result);
        try
        {
            Assert.Equal($"The picture is saved as '{saved.Output}' instead.", Assert.Single(_told));
            Assert.StartsWith(Path.GetTempPath(), saved.Output, StringComparison.Ordinal);
            Assert.Equal(_result.Values, PictureFile.Load(saved.Output, 1).Rgb);
            Assert.Equal(
                $"'{PathOf("out.png")}' cannot be written: it is a folder.",
                Assert.Throws<OutputFileException>(saved.RequireAllSaved).Message);
        }
        finally
        {
            File.Delete(saved.Output);
        }
    }

    private SavedPictures Saved(Func<string, string?> ask) => new(
        _pictures, PathOf("out.png"), new NumberedPictures(PathOf("out.png"), 1, 6), stretch: false,
        PictureFile.DefaultJpegQuality, _told.Add, ask)
    {
        Tag = new RecipeTag("ilgpustyle 0", RecipeJson.ToNode(Presets.Balanced), [], Steps: null),
    };

    private string PathOf(string name) => Path.Combine(_folder, name);
}
