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
        PictureSize least = _styles.Select(style => StyleSize(style.Picture)).Append(ContentSize).MinBy(size => size.ShortSide);
        if (least.ShortSide < smallest)
        {
            throw new UsageException(
                $"--size leaves a picture of {least} pixels, but preset {recipe.Name} needs at least {smallest} on each side.");
        }
    }

    /// <summary>The result's size.</summary>
    public PictureSize ContentSize { get; }

    /// <summary>The content's transparency in the result's size; null for an opaque picture.</summary>
    public float[]? Alpha => Resampling.Resize(_content, ContentSize, _recipe.Filter).Alpha;

    /// <summary>The pictures for the network.</summary>
    public StagePictures Stage() => new(
        Resize(_content, ContentSize),
        [.. _styles.Select(style => new StylePicture(Resize(style.Picture, StyleSize(style.Picture)), style.Argument.Weight))],
        _recipe.Start.Kind switch
        {
            StartKind.Style => Resize(_styles[0].Picture, ContentSize),
            StartKind.Picture => Resize(_start!, ContentSize),
            _ => null,
        });

    /// <summary>One line a picture: its file and its sizes.</summary>
    public IEnumerable<string> Describe(string contentPath)
    {
        yield return $"content {contentPath}: {_content.Size} → {ContentSize}";
        foreach ((StyleArgument argument, Picture picture) in _styles)
            yield return $"style {argument.Path}: {picture.Size} → {StyleSize(picture)}";
    }

    /// <summary>A picture in a size, as the network takes it.</summary>
    public RgbPicture Resize(Picture picture, PictureSize size) =>
        new(size.Height, size.Width, Resampling.Resize(picture, size, _recipe.Filter).Rgb);

    /// <summary>The side that the pools before a recipe's deepest layer leave one pixel of.</summary>
    public static int SmallestSide(Recipe recipe) => recipe.Layers().Max(Vgg19.SmallestSide);

    private PictureSize StyleSize(Picture picture) =>
        RequestedSize.OfStyle(_recipe.Size, ContentSize, picture.Size, styleScale: 1);
}
