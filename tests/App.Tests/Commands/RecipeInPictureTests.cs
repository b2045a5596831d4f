using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Recipes;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>A saved picture says how it was made: <c>presets show --from</c>, <c>--recipe RESULT</c>.</summary>
[Collection(CommandFiles.Collection)]
public sealed class RecipeInPictureTests(CommandFiles files) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-recipe-").FullName;

    [Fact]
    public void A_picture_repeats_itself_bit_for_bit()
    {
        string[] options =
        [
            "--size", "40x36", "--seed", "3", "--start", "noise", "--keep-colors", "luminance", "--style-scale", "0.9",
            "--content-weight", "0.3", "--optimizer", "adam", "--iterations", "3", "--stretch", "--tv-weight", "0",
            "--style-mask", "alpha",
        ];
        CommandLineAssert.Succeeds(
            ["stylize", .. Pictures, .. files.Network, "--preset", "average", .. options, "--output", PathOf("a.png")]);
        CommandLineAssert.Succeeds(
            ["stylize", .. Pictures, .. files.Network, "--recipe", PathOf("a.png"), "--output", PathOf("b.png")]);
        Assert.Equal(PictureFile.Load(PathOf("a.png"), 1).Rgb, PictureFile.Load(PathOf("b.png"), 1).Rgb);

        // What is given goes before what the picture tells.
        CommandLineAssert.Succeeds([
            "stylize", .. Pictures, .. files.Network, "--recipe", PathOf("a.png"), "--size", "33x33", "--iterations", "1",
            "--output", PathOf("c.png"),
        ]);
        Assert.Equal(new PictureSize(33, 33), PictureFile.Load(PathOf("c.png"), 1).Size);
        Assert.Equal(1, RecipeTag.Load(PathOf("c.png")).Steps);
    }

    [Theory]
    [InlineData("out.png")]
    [InlineData("out.jpg")]
    public void Presets_show_prints_the_recipe_and_the_command(string name)
    {
        CommandLineAssert.Succeeds([
            "stylize", .. files.Pictures, "--style-weight", "7", "--iterations", "2", "--save-every", "1", "--output",
            PathOf(name),
        ]);
        string told = CommandLineAssert.Succeeds("presets", "show", "--from", PathOf(name));
        Assert.Matches(@"style\.weight +7\n", told);
        Assert.Matches(@"iterations +2\n", told);
        Assert.Contains("in 2 steps", told, StringComparison.Ordinal);
        Assert.Contains(
            $"ilgpustyle stylize --content CONTENT --style STYLE --size 46x33 --weights WEIGHTS --recipe {PathOf(name)} "
            + "--output OUTPUT",
            told, StringComparison.Ordinal);

        string json = CommandLineAssert.Succeeds("presets", "show", "--from", PathOf(name), "--json");
        File.WriteAllText(PathOf("recipe.json"), json);
        CommandLineAssert.Succeeds([
            "stylize", .. files.Pictures, "--recipe", PathOf("recipe.json"), "--output", PathOf("again-" + name),
        ]);
        Assert.Equal(PictureFile.Load(PathOf(name), 1).Rgb, PictureFile.Load(PathOf("again-" + name), 1).Rgb);
        Assert.Equal(1, RecipeTag.Load(PathOf(Path.ChangeExtension(name, null) + "-1" + Path.GetExtension(name))).Steps);
    }

    [Fact]
    public void No_file_s_name_is_in_a_picture()
    {
        string start = PathOf("my start.png");
        string mask = PathOf("my mask.png");
        var size = CommandFiles.ContentSize;
        PictureFile.Save(new Picture(size, new float[size.Pixels * 3]), start);
        PictureFile.Save(new Picture(size, [.. Enumerable.Repeat(255f, (int)size.Pixels * 3)]), mask);
        File.WriteAllText(PathOf("mine.json"), "{\"iterations\": 1}");
        CommandLineAssert.Succeeds([
            "stylize", .. files.Pictures, "--start", start, "--style-mask", mask, "--recipe", PathOf("mine.json"),
            "--log", PathOf("mine.csv"), "--report", PathOf("mine.html"), "--output", PathOf("mine.png"),
        ]);
        string told = RecipeTag.Load(PathOf("mine.png")).ToJson();
        foreach (string path in (string[])[
            start, mask, files.Content, files.Style, files.Weights, PathOf("mine.json"), PathOf("mine.png")])
        {
            Assert.DoesNotContain(Path.GetFileName(path), told, StringComparison.Ordinal);
            Assert.DoesNotContain(Path.GetDirectoryName(path)!, told, StringComparison.Ordinal);
        }
        Assert.Contains("\"--start\",\"START\"", told, StringComparison.Ordinal);
        Assert.Contains("\"--style-mask\",\"STYLE-MASK\"", told, StringComparison.Ordinal);
        // What stands for a file is not taken for one.
        Assert.StartsWith(
            "ilgpustyle: start.kind picture needs --start FILE",
            CommandLineAssert.Refuses(
                ExitCode.Usage,
                ["stylize", .. files.Pictures, "--recipe", PathOf("mine.png"), "--output", PathOf("other.png")]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_a_stranger_has_put_into_a_picture_are_not_taken()
    {
        CommandLineAssert.Succeeds(["stylize", .. files.Pictures, "--iterations", "1", "--output", PathOf("a.png")]);
        RecipeTag tag = RecipeTag.Load(PathOf("a.png")) with
        {
            Command =
            [
                ["--log", PathOf("stolen.csv")], ["--seed", "--output", PathOf("stolen.png")], [],
                ["--weights", PathOf("stolen.h5")], ["--style-mask", PathOf("stolen-mask.png")], ["--size", "34x35"],
            ],
        };
        PictureFile.Save(PictureFile.Load(PathOf("a.png"), 1), PathOf("evil.png"), text: tag.ToJson());
        CommandLineAssert.Succeeds(
            ["stylize", .. Pictures, .. files.Network, "--recipe", PathOf("evil.png"), "--output", PathOf("b.png")]);
        Assert.Equal(new PictureSize(35, 34), PictureFile.Load(PathOf("b.png"), 1).Size);
        Assert.Empty(Directory.GetFiles(_folder, "stolen*"));
    }

    [Fact]
    public void A_picture_without_one_gets_one_sentence()
    {
        string sentence = $"'{files.Content}' holds no recipe: only a picture that ilgpustyle has saved does";
        CommandLineAssert.Refuses(ExitCode.File, sentence, "presets", "show", "--from", files.Content);
        CommandLineAssert.Refuses(
            ExitCode.File, sentence, ["stylize", .. Pictures, "--recipe", files.Content, "--output", PathOf("x.png")]);
        PictureFile.Save(PictureFile.Load(files.Content, 1), PathOf("damaged.jpg"), text: "{\"recipe\": 3");
        CommandLineAssert.Refuses(
            ExitCode.File, $"'{PathOf("damaged.jpg")}' holds a recipe that is damaged.", "presets", "show", "--from",
            PathOf("damaged.jpg"));
        CommandLineAssert.Refuses(
            ExitCode.File, $"'{PathOf("none.png")}' ", "presets", "show", "--from", PathOf("none.png"));
        CommandLineAssert.Refuses(
            ExitCode.Usage, "presets show takes a preset's NAME or --from RESULT, one of them.", "presets", "show");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Pictures => ["--content", files.Content, "--style", files.Style];

    private string PathOf(string name) => Path.Combine(_folder, name);
}
