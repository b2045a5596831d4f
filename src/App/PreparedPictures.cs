using IlgpuStyle.App.Commands;
using IlgpuStyle.App.Images;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App;

/// <summary>The pictures of a run: loaded, and resized as the recipe says.</summary>
internal sealed class PreparedPictures
{
    private readonly Recipe _recipe;
    private readonly Picture _content;
    private readonly IReadOnlyList<(StyleArgument Argument, Picture Picture)> _styles;
    private readonly Picture? _start;

    /// <param name="recipe">Its size rule and filter are used.</param>
    /// <param name="content">The content's file.</param>
    /// <param name="styles">The styles' files and weights.</param>
    /// <param name="start">A picture to start from, or null.</param>
    /// <param name="requested">What <c>--size</c> asked for, or null.</param>
    /// <exception cref="InputFileException">A picture cannot be used.</exception>
    /// <exception cref="UsageException">The size leaves too few pixels for the network.</exception>
    public PreparedPictures(
        Recipe recipe, string content, IReadOnlyList<StyleArgument> styles, Picture? start, RequestedSize? requested)
    {
        _recipe = recipe;
        int smallest = SmallestSide(recipe);
        _content = PictureFile.Load(content, smallest);
        _styles = [.. styles.Select(style => (style, PictureFile.Load(style.Path, smallest)))];
        _start = start;
        ContentSize = RequestedSize.OfContent(requested, recipe.Size, _content.Size);
        PictureSize least = _styles.Select(style => StyleSize(style.Picture, ContentSize)).Append(ContentSize).MinBy(size => size.ShortSide);
        if (least.ShortSide < smallest)
        {
            throw new UsageException(
                $"--size leaves a picture of {least} pixels, but preset {recipe.Name} needs at least {smallest} on each side.");
        }
    }

    /// <summary>The result's size.</summary>
    public PictureSize ContentSize { get; }

    /// <summary>The pictures for the network: one entry, or one for each of the recipe's scales, coarse to fine.</summary>
    public IReadOnlyList<StagePictures> Stages() => _recipe.Scales is null
        ? [Stage(ContentSize)]
        : [.. _recipe.Scales.LongSides(ContentSize.LongSide)
            .Select(side => Stage(ContentSize.WithLongSide(side, _recipe.Size.Rounding)))];

    /// <summary>A result as it is saved: levels cut if the recipe says so, and the content's transparency.</summary>
    public Picture Finish(RgbPicture result)
    {
        var size = new PictureSize(result.Height, result.Width);
        float[]? alpha = _content.Alpha is null ? null : Resampling.Resize(_content, size, _recipe.Filter).Alpha;
        float[] levels = _recipe.TruncateLevels ? Array.ConvertAll(result.Values, MathF.Floor) : result.Values;
        return new Picture(size, levels, alpha);
    }

    /// <summary>One line a picture: its file and its sizes.</summary>
    public IEnumerable<string> Describe(string contentPath)
    {
        yield return $"content {contentPath}: {_content.Size} → {ContentSize}";
        foreach ((StyleArgument argument, Picture picture) in _styles)
            yield return $"style {argument.Path}: {picture.Size} → {StyleSize(picture, ContentSize)}";
    }

    /// <summary>A picture in a size, as the network takes it.</summary>
    public RgbPicture Resize(Picture picture, PictureSize size) =>
        new(size.Height, size.Width, Resampling.Resize(picture, size, _recipe.Filter).Rgb);

    /// <summary>The side that the pools before a recipe's deepest layer leave one pixel of.</summary>
    public static int SmallestSide(Recipe recipe) => recipe.Layers().Max(Vgg19.SmallestSide);

    private StagePictures Stage(PictureSize size) => new(
        Resize(_content, size),
        [.. _styles.Select(style =>
            new StylePicture(Resize(style.Picture, StyleSize(style.Picture, size)), style.Argument.Weight))],
        _recipe.Start.Kind switch
        {
            StartKind.Style => Resize(_styles[0].Picture, size),
            StartKind.Picture => Resize(_start!, size),
            _ => null,
        });

    private PictureSize StyleSize(Picture style, PictureSize content) =>
        RequestedSize.OfStyle(_recipe.Size, content, style.Size, styleScale: 1);
}
