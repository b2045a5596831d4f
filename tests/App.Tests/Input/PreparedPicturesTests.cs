using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Tests.Commands;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Input;

public sealed class PreparedPicturesTests : IDisposable
{
    /// <summary>PNG files hold whole levels.</summary>
    private const double LevelTolerance = 0.5;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly string _content;
    private readonly string _style;

    public PreparedPicturesTests()
    {
        _content = Save("content.png", RandomPicture(new PictureSize(36, 48), low: 90, high: 200, seed: 1));
        _style = Save("style.png", RandomPicture(new PictureSize(40, 20), low: 10, high: 120, seed: 2));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Style_scales_change_their_style_alone()
    {
        ScalePictures scale = Assert.Single(Prepare(Presets.Balanced, new PictureChoices(
            _content,
            [new StyleArgument(_style, 1, 0.75), new StyleArgument(_style, 3)],
            Size: new RequestedSize(64, null)))
            .Scales);
        Assert.Equal((48, 64), (scale.Content.Height, scale.Content.Width));
        Assert.Equal([(48, 24, 1.0), (64, 32, 3.0)], scale.Styles.Select(Describe));

        // keras forces a style to the content's size; the scale applies to both sides of that.
        scale = Assert.Single(Prepare(Presets.Keras, new PictureChoices(
            _content,
            [new StyleArgument(_style, 1, 0.5)],
            Size: new RequestedSize(null, new PictureSize(36, 48)))).Scales);
        Assert.Equal([(18, 24, 1.0)], scale.Styles.Select(Describe));

        static (int, int, double) Describe(StylePicture style) =>
            (style.Picture.Height, style.Picture.Width, style.Weight);
    }

    /// <summary>The style is 20×40.</summary>
    [Theory]
    [InlineData(80, 1, null)]
    [InlineData(
        84, 1, "is enlarged 2.1 times, which blurs its strokes: use a larger picture of it, or --style-scale 0.95")]
    [InlineData(84, 0.9, null)]
    public void A_style_that_is_enlarged_much_is_told_of(int size, double scale, string? told)
    {
        IReadOnlyList<string> lines = Prepare(Presets.Balanced, new PictureChoices(
            _content, [new StyleArgument(_style, 1, scale)], Size: new RequestedSize(size, null))).Descriptions;
        Assert.Equal(
            told is null ? [] : [$"style {_style} {told}"],
            lines.Where(line => line.Contains("enlarged", StringComparison.Ordinal)));
    }

    /// <summary>0.3 of 133 is 39.9, of 119 is 35.7.</summary>
    [Fact]
    public void Scaled_sides_are_rounded()
    {
        ScalePictures scale = Assert.Single(Prepare(Presets.Balanced, new PictureChoices(
            _content, [new StyleArgument(_style, 1, 0.3)], Size: new RequestedSize(133, null))).Scales);
        Assert.Equal((40, 20), (scale.Styles[0].Picture.Height, scale.Styles[0].Picture.Width));

        scale = Assert.Single(Prepare(Presets.Keras, new PictureChoices(
            _content, [new StyleArgument(_style, 1, 0.3)], Size: new RequestedSize(null, new PictureSize(119, 133))))
            .Scales);
        Assert.Equal((36, 40), (scale.Styles[0].Picture.Height, scale.Styles[0].Picture.Width));
    }

    [Fact]
    public void Masks_come_in_the_contents_size_in_the_order_of_the_styles()
    {
        string mask = Save("mask.png", RandomPicture(new PictureSize(5, 9), low: 250, high: 256, seed: 5));
        ScalePictures scale = Assert.Single(Prepare(Presets.Balanced, new PictureChoices(
            _content,
            StyleOptions.WithMasks([new StyleArgument(_style, 1), new StyleArgument(_style, 1)], [mask, mask]),
            Size: new RequestedSize(48, null))).Scales);
        Assert.All(scale.Styles, style =>
        {
            Assert.Equal((36, 48), (style.Mask!.Height, style.Mask.Width));
            Assert.All(style.Mask.Values, value => Assert.InRange(value, 250 / 255f, 1));
        });
    }

    [Fact]
    public void A_black_mask_is_refused_before_anything_is_computed()
    {
        string mask = Save("mask.png", RandomPicture(new PictureSize(5, 9), low: 0, high: 1, seed: 6));
        CommandLineAssert.Refuses(
            ExitCode.File, $"The mask of '{mask}' is black everywhere at 48×36: it leaves its style no place.",
            "evaluate", "--content", _content, "--style", _style, "--style-mask", mask, "--size", "48");
    }

    [Fact]
    public void The_alpha_of_an_opaque_content_is_refused() => CommandLineAssert.Refuses(
        ExitCode.File, $"--style-mask alpha needs a content picture with transparency, but '{_content}' has none.",
        "evaluate", "--content", _content, "--style", _style, "--style-mask", "alpha", "--size", "48");

    [Fact]
    public void Linear_matching_gives_the_style_the_contents_mean_before_the_run()
    {
        ScalePictures scale = Assert.Single(Prepare(
            Presets.Balanced, Choices(KeptColors.Linear, new PictureSize(36, 48))).Scales);
        Assert.Equal(scale.Content.Values.Average(), scale.Styles[0].Picture.Values.Average(), 3.0);
    }

    [Fact]
    public void Histogram_matching_gives_the_style_the_contents_levels_before_the_run()
    {
        ScalePictures scale = Assert.Single(Prepare(
            Presets.Keras, Choices(KeptColors.Histogram, new PictureSize(36, 48))).Scales);
        Assert.InRange(scale.Styles[0].Picture.Values.Min(), scale.Content.Values.Min(), scale.Content.Values.Max());
    }

    [Fact]
    public void Luminance_is_the_results_and_chrominance_the_contents()
    {
        PreparedPictures pictures = Prepare(
            Presets.Balanced, Choices(KeptColors.Luminance, new PictureSize(36, 48)));
        // Levels near the middle, so that nothing is clipped.
        RgbPicture result = Levels(RandomPicture(new PictureSize(36, 48), low: 140, high: 150, seed: 3));
        Picture finished = pictures.Finish(result, stretch: false);
        float[] content = pictures.Content.Rgb;
        for (int i = 0; i < content.Length; i += 3)
        {
            Assert.Equal(Luminance(result.Values, i), Luminance(finished.Rgb, i), LevelTolerance);
            Assert.Equal(content[i + 2] - content[i], finished.Rgb[i + 2] - finished.Rgb[i], LevelTolerance);
        }

        static double Luminance(float[] rgb, int i) => 0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2];
    }

    [Fact]
    public void Luminance_before_the_run_shows_it_grey_pictures_of_one_mean_and_deviation()
    {
        var size = new PictureSize(36, 48);
        // Colours far from each other, and a style that is brighter and flatter than the content.
        string style = Save("bright.png", RandomPicture(new PictureSize(48, 48), low: 200, high: 240, seed: 7));
        PreparedPictures pictures = Prepare(Presets.Balanced, new PictureChoices(
            _content, [new StyleArgument(style, 1)], Size: new RequestedSize(null, size),
            KeptColors: KeptColors.LuminanceBefore));
        ScalePictures scale = Assert.Single(pictures.Scales);
        foreach (RgbPicture seen in new[] { scale.Content, scale.Styles[0].Picture })
        {
            for (int i = 0; i < seen.Values.Length; i += 3)
            {
                Assert.InRange(seen.Values[i + 1] - seen.Values[i], -0.005f, 0.005f);
                Assert.InRange(seen.Values[i + 2] - seen.Values[i], -0.005f, 0.005f);
            }
        }
        (double contentMean, double contentDeviation) = Moments(scale.Content);
        (double mean, double deviation) = Moments(scale.Styles[0].Picture);
        Assert.Equal(contentMean, mean, 1.0);
        Assert.Equal(contentDeviation, deviation, 1.0);

        // What the run is handed is grey, but the result gets the content's own chrominance.
        float[] original = pictures.Content.Rgb;
        float[] finished = pictures.Finish(scale.Content, stretch: false).Rgb;
        Closeness.Close(Array.ConvertAll(original, value => (double)value), finished, 1e-3);

        static (double Mean, double Deviation) Moments(RgbPicture picture)
        {
            double mean = picture.Values.Average();
            return (mean, Math.Sqrt(picture.Values.Average(value => (value - mean) * (value - mean))));
        }
    }

    [Theory]
    [InlineData(KeptColors.LinearAfter)]
    [InlineData(KeptColors.HistogramAfter)]
    public void Afterwards_the_result_gets_the_contents_mean_and_the_styles_keep_theirs(object colors)
    {
        PreparedPictures pictures = Prepare(Presets.Balanced, Choices((KeptColors)colors, new PictureSize(36, 48)));
        Picture finished = pictures.Finish(
            Levels(RandomPicture(new PictureSize(36, 48), low: 0, high: 60, seed: 4)), stretch: false);
        Assert.Equal(pictures.Content.Rgb.Average(), finished.Rgb.Average(), 1.0);
        Assert.InRange(pictures.Scales[0].Styles[0].Picture.Values.Average(), 55, 75);
    }

    [Fact]
    public void The_style_s_colours_alone_leave_the_content_s_luminance()
    {
        var size = new PictureSize(36, 48);
        PreparedPictures pictures = Prepare(Presets.Balanced, Choices(KeptColors.Style, size));
        Picture result = RandomPicture(size, low: 110, high: 150, seed: 4);
        Picture finished = pictures.Finish(Levels(result), stretch: false);
        for (int i = 0; i < finished.Rgb.Length; i += 3)
        {
            // Nothing is clipped: levels of 110 to 150, shifted by at most 90.
            Assert.Equal(Luminance(pictures.Content.Rgb, i), Luminance(finished.Rgb, i), 0.01);
            Assert.Equal(result.Rgb[i] - result.Rgb[i + 2], finished.Rgb[i] - finished.Rgb[i + 2], 0.01);
        }

        static double Luminance(float[] rgb, int i) => 0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2];
    }

    [Fact]
    public void Levels_are_clipped_cut_and_stretched()
    {
        PreparedPictures pictures = Prepare(Presets.Keras, Choices(null, new PictureSize(32, 32)));
        float[] levels = new float[32 * 32 * 3];
        Array.Fill(levels, 100.9f);
        levels[0] = 50.5f;
        levels[1] = 300;
        levels[2] = 150.9f;
        Picture plain = pictures.Finish(new RgbPicture(32, 32, levels), stretch: false);
        Assert.Equal([50, 255, 150, 100], plain.Rgb[..4]);
        // From 50..255: (150 − 50)/205·255 = 124.39, (100 − 50)/205·255 = 62.2, cut.
        Picture stretched = pictures.Finish(new RgbPicture(32, 32, levels), stretch: true);
        Assert.Equal([0, 255, 124, 62], stretched.Rgb[..4]);
    }

    [Fact]
    public void Every_saved_picture_has_the_same_transparency_without_resizing_it_again()
    {
        var size = new PictureSize(36, 48);
        float[] alpha = [.. Enumerable.Range(0, (int)size.Pixels).Select(i => (float)(i % 256))];
        string content = Save("transparent.png", new Picture(size, new float[3 * size.Pixels], alpha));
        PreparedPictures pictures = Prepare(Presets.Balanced, new PictureChoices(
            content, [new StyleArgument(_style, 1)], Size: new RequestedSize(32, null)));
        RgbPicture result = pictures.Scales[0].Content;
        float[]? saved = pictures.Finish(result, stretch: false).Alpha;
        Assert.NotNull(saved);
        Assert.Same(saved, pictures.Finish(result, stretch: true).Alpha);
    }

    /// <summary>With the content's colours of its own size.</summary>
    [Fact]
    public void Each_scale_has_its_steps_and_a_result_of_any_can_be_finished()
    {
        PreparedPictures pictures = Prepare(
            Presets.Balanced with { Scales = new ScaleRule(32, LaterIterations: 7), Iterations = 9 },
            new PictureChoices(
                _content, [new StyleArgument(_style, 1)], Size: new RequestedSize(48, null),
                KeptColors: KeptColors.Luminance));
        Assert.Equal(
            [new ScaleSteps(new PictureSize(26, 34), 9), new ScaleSteps(new PictureSize(36, 48), 7)],
            pictures.Steps);
        Assert.Equal(
            pictures.Steps.Select(scale => scale.Size),
            pictures.Scales.Select(scale => pictures.Finish(scale.Content, stretch: false).Size));
    }

    [Fact]
    public void A_style_that_is_scaled_too_small_is_refused() => CommandLineAssert.Refuses(
        ExitCode.Usage,
        $"Style '{_style}' would be 2×4 pixels, but preset balanced needs at least 16 on each side: use a larger "
            + "--size or --style-scale.",
        "evaluate", "--content", _content, "--style", _style, "--style-scale", "0.1", "--size", "40");

    [Theory]
    [InlineData(
        "--style-scale has 2 numbers for 1 style: give one for all or one for each.", "--style-scale", "1", "2")]
    [InlineData("--style-scale must be a number above 0 and at most 16, not '0'.", "--style-scale", "0")]
    [InlineData("--style-scale must be a number above 0 and at most 16, not 'big'.", "--style-scale", "big")]
    [InlineData("--style-mask has 2 pictures for 1 style: give one for each.", "--style-mask", "a.png", "b.png")]
    [InlineData(
        "--keep-colors must be luminance, luminance-before, linear, histogram, linear-after, histogram-after "
        + "or style, not 'hue'.",
        "--keep-colors", "hue")]
    public void A_wrong_value_gets_one_sentence(string sentence, params string[] options) => CommandLineAssert.Refuses(
        ExitCode.Usage, sentence, ["evaluate", "--content", _content, "--style", _style, .. options]);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1e999")]
    [InlineData("nan")]
    public void A_style_weight_that_is_no_number_above_0_is_refused(string weight) => CommandLineAssert.Refuses(
        ExitCode.Usage, $"--style: the weight of {_style} must be a number above 0, not '{weight}'.",
        "evaluate", "--content", _content, "--style", $"{_style}:{weight}");

    /// <summary>A file may be named as a style with its weight is.</summary>
    [Fact]
    public void A_name_that_ends_like_a_weight_is_one_where_there_is_such_a_file()
    {
        string named = Path.Combine(_folder, "b:3");
        string sentence = CommandLineAssert.Refuses(
            ExitCode.File, ["evaluate", "--content", _content, "--style", named]);
        Assert.Equal($"ilgpustyle: '{Path.Combine(_folder, "b")}' does not exist.", sentence);
        File.WriteAllText(named, "text");
        sentence = CommandLineAssert.Refuses(ExitCode.File, ["evaluate", "--content", _content, "--style", named]);
        Assert.StartsWith($"ilgpustyle: '{named}' is not a picture", sentence, StringComparison.Ordinal);
    }

    /// <summary>Under what is transparent, no viewer shows a colour.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(nameof(KeptColors.Luminance))]
    [InlineData(nameof(KeptColors.Linear))]
    [InlineData(nameof(KeptColors.HistogramAfter))]
    public void Contents_that_look_alike_give_one_run_and_one_result(string? kept)
    {
        KeptColors? colors = kept is null ? null : Enum.Parse<KeptColors>(kept);
        PictureSize size = new(40, 52);
        float[] alpha = [.. Enumerable.Range(0, (int)size.Pixels).Select(
            i => i % 52 < 20 ? 0 : Math.Min(255f, i % 52 * 8))];
        float[] visible = RandomPicture(size, low: 10, high: 240, seed: 5).Rgb;
        string[] paths =
        [
            .. ((int[])[0, 255, -1]).Select(hidden =>
            {
                var random = new Random(hidden);
                float[] rgb = [.. visible.Select(
                    (level, i) => alpha[i / 3] > 0 ? level : hidden < 0 ? random.Next(256) : hidden)];
                return Save($"hidden{hidden}.png", new Picture(size, rgb, alpha));
            }),
        ];
        PreparedPictures[] prepared =
        [
            .. paths.Select(path => Prepare(Presets.Balanced, new PictureChoices(
                path, [new StyleArgument(_style, 1)], Size: new RequestedSize(34, null), KeptColors: colors))),
        ];
        RgbPicture result = Levels(RandomPicture(prepared[0].ContentSize, low: 0, high: 255, seed: 6));
        foreach (PreparedPictures other in prepared[1..])
        {
            Assert.Equal(prepared[0].Scales[0].Content.Values, other.Scales[0].Content.Values);
            Assert.Equal(prepared[0].Scales[0].Styles[0].Picture.Values, other.Scales[0].Styles[0].Picture.Values);
            Assert.Equal(prepared[0].Finish(result, false).Rgb, other.Finish(result, false).Rgb);
        }
    }

    private static PreparedPictures Prepare(Recipe recipe, PictureChoices choices) => new(recipe, choices);

    private PictureChoices Choices(KeptColors? colors, PictureSize size) => new(
        _content, [new StyleArgument(_style, 1)], Size: new RequestedSize(null, size), KeptColors: colors);

    private string Save(string name, Picture picture)
    {
        string path = Path.Combine(_folder, name);
        PictureFile.Save(picture, path);
        return path;
    }

    private static RgbPicture Levels(Picture picture) => new(picture.Size.Height, picture.Size.Width, picture.Rgb);

    private static Picture RandomPicture(PictureSize size, int low, int high, int seed)
    {
        var random = new Random(seed);
        float[] rgb = new float[size.Pixels * 3];
        for (int i = 0; i < rgb.Length; i++)
            rgb[i] = random.Next(low, high);
        return new Picture(size, rgb);
    }
}
