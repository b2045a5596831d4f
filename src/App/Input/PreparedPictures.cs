using System.Globalization;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Output;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Input;

/// <summary>What the user chose about pictures.</summary>
/// <param name="Content">The content's file.</param>
/// <param name="Styles">The styles' files, weights and scales.</param>
/// <param name="Start">A picture to start from, or null.</param>
/// <param name="Size">What <c>--size</c> asked for, or null.</param>
/// <param name="KeptColors">How the content's colours are kept; null if they are not.</param>
internal sealed record PictureChoices(
    string Content,
    IReadOnlyList<StyleArgument> Styles,
    Picture? Start = null,
    RequestedSize? Size = null,
    KeptColors? KeptColors = null);

/// <summary>A scale of a run.</summary>
/// <param name="Size">Of the picture at it.</param>
/// <param name="Iterations">The steps at it.</param>
internal readonly record struct ScaleSteps(PictureSize Size, int Iterations);

/// <summary>The pictures and masks of a run: loaded, and resized as the recipe says.</summary>
/// <remarks>Only what a run needs is kept; a photograph in its own size would lie in memory for hours.</remarks>
internal sealed class PreparedPictures
{
    /// <summary>A style that is enlarged more is told of.</summary>
    private const double MostEnlargement = 2;

    private readonly Recipe _recipe;
    private readonly KeptColors? _keptColors;

    /// <summary>The content at each scale, with its own colours and transparency.</summary>
    private readonly IReadOnlyList<Picture> _contents;

    /// <param name="recipe">Its size rule and filter are used.</param>
    /// <param name="choices">Which pictures, and what is done to them.</param>
    /// <param name="tell">Is told what became of the files' colours, and what they lack.</param>
    /// <exception cref="InputFileException">A picture or a mask cannot be used.</exception>
    /// <exception cref="UsageException">The size leaves too few or too many pixels for the network.</exception>
    public PreparedPictures(Recipe recipe, PictureChoices choices, Action<string>? tell = null)
    {
        _recipe = recipe;
        _keptColors = choices.KeptColors;
        int smallest = recipe.SmallestSide();
        Picture content = PictureFile.LoadVisible(choices.Content, smallest, tell);
        Picture seen = _keptColors == KeptColors.LuminanceBefore ? ColorMatching.Grey(content) : content;
        Style[] styles =
        [
            .. choices.Styles.Select(style => new Style(
                style,
                MatchStyle(PictureFile.LoadVisible(style.Path, smallest, tell), content, seen),
                style.Mask is null ? null : LoadMask(style.Mask, choices.Content, content, tell))),
        ];
        ContentSize = RequestedSize.OfContent(choices.Size, recipe.Size, content.Size);
        PictureSize[] sizes = ContentSizes();
        RequireUsable(choices.Content, styles, sizes);
        _contents = [.. sizes.Select(size => Resampling.Resize(content, size, recipe.Filter))];
        Scales =
        [
            .. _contents.Select(own => new ScalePictures(
                // Not resized twice.
                seen == content ? own.Opaque() : Resize(seen, own.Size),
                [.. styles.Select(style => new StylePicture(
                    Resize(style.Picture, SizeOf(style, own.Size)),
                    style.Argument.Weight,
                    style.Mask?.InSize(own.Size)))],
                recipe.Start.Kind switch
                {
                    StartKind.Style => Resize(styles[0].Picture, own.Size),
                    StartKind.Picture => Resize(choices.Start!, own.Size),
                    _ => null,
                })),
        ];
        Descriptions =
        [
            $"content {choices.Content}: {content.Size} → {ContentSize}",
            .. styles.Select(style =>
                $"style {style.Argument.Path}: {style.Picture.Size} → {SizeOf(style, ContentSize)}"
                + (style.Mask is null ? "" : $", masked by {style.Argument.Mask}")),
            .. styles.Select(EnlargementOf).OfType<string>(),
            .. sizes.Length == 1 ? (string[])[] : [$"scales: {string.Join(", ", sizes)}"],
        ];
    }

    /// <summary>The result's size.</summary>
    public PictureSize ContentSize { get; }

    /// <summary>
    /// The pictures for the network: one entry, or one for each of the recipe's scales, coarse to fine.
    /// </summary>
    public IReadOnlyList<ScalePictures> Scales { get; }

    /// <summary>The steps of a run, scale by scale.</summary>
    public IReadOnlyList<ScaleSteps> Steps =>
        [.. _contents.Select((content, scale) => new ScaleSteps(content.Size, _recipe.IterationsAt(scale)))];

    /// <summary>One line a picture: its file and its sizes; and one for the scales, where there are any.</summary>
    public IReadOnlyList<string> Descriptions { get; }

    /// <summary>The content in the result's size.</summary>
    public Picture Content => _contents[^1];

    /// <summary>What page and report show.</summary>
    public ShownPictures Shown => new(Content, Scales[^1].Styles, Steps);

    /// <summary>
    /// A result as it is saved: clipped, cut to whole levels if the recipe says so, stretched and with the content's
    /// colours if the user does, and with the content's transparency.
    /// </summary>
    /// <param name="result">Of any scale's size.</param>
    /// <param name="stretch">Whether the lowest level becomes 0 and the highest 255.</param>
    public Picture Finish(RgbPicture result, bool stretch)
    {
        var size = new PictureSize(result.Height, result.Width);
        Picture content = _contents.First(content => content.Size == size);
        float[] levels = Cut(Array.ConvertAll(result.Values, level => Math.Clamp(level, 0, 255)));
        if (stretch)
            levels = Cut(LevelStretch.Apply(levels));
        return ColorMatching.KeepColors(new Picture(size, levels, content.Alpha), content, _keptColors);
    }

    /// <summary>A picture in a size, as the network takes it.</summary>
    public RgbPicture Resize(Picture picture, PictureSize size) =>
        Resampling.Resize(picture, size, _recipe.Filter).Opaque();

    /// <summary>Refuses a picture that is too small for the pools or larger than any that is read.</summary>
    /// <param name="recipe">What is computed of it.</param>
    /// <param name="picture">Which, as a sentence starts.</param>
    /// <param name="size">Its own.</param>
    /// <param name="option">What would change that.</param>
    /// <exception cref="UsageException">It is.</exception>
    public static void RequireUsable(Recipe recipe, string picture, PictureSize size, string option)
    {
        int smallest = recipe.SmallestSide();
        if (size.ShortSide < smallest)
        {
            throw new UsageException(
                $"{picture} would be {size} pixels, but preset {recipe.Name} needs at least {smallest} on each side: "
                + $"use a larger {option}.");
        }
        if (size.Pixels > PictureFileHeader.MaxPixels)
        {
            throw new UsageException(
                $"{picture} would be {size} pixels, but {PictureFileHeader.MaxPixels / 1_000_000} million are taken "
                + $"at most: use a smaller {option}.");
        }
    }

    /// <summary>The content's sizes: one, or one for each of the recipe's scales, coarse to fine.</summary>
    private PictureSize[] ContentSizes() => _recipe.Scales is null
        ? [ContentSize]
        : [.. _recipe.Scales.LongSides(ContentSize.LongSide)
            .Select(side => ContentSize.WithLongSide(side, _recipe.Size.Rounding))];

    private void RequireUsable(string content, IEnumerable<Style> styles, PictureSize[] sizes)
    {
        // The result's own size first: it is what the user chose.
        foreach (PictureSize size in sizes.Prepend(ContentSize))
        {
            bool isResult = size == ContentSize;
            string At(string picture) => isResult
                ? $"{char.ToUpperInvariant(picture[0])}{picture[1..]}"
                : $"At the scale of {size}, {picture}";

            RequireUsable(_recipe, At($"content '{content}'"), size, isResult ? "--size" : "--coarsest");
            foreach (Style style in styles)
            {
                string option = (isResult ? "--size" : "--coarsest")
                    + (style.Argument.Scale == 1 ? "" : " or --style-scale");
                RequireUsable(_recipe, At($"style '{style.Argument.Path}'"), SizeOf(style, size), option);
            }
        }
    }

    private PictureSize SizeOf(Style style, PictureSize content) =>
        RequestedSize.OfStyle(_recipe.Size, content, style.Picture.Size, style.Argument.Scale);

    /// <summary>That a style is enlarged so much that its strokes blur; null if it is not.</summary>
    private string? EnlargementOf(Style style)
    {
        double factor = (double)SizeOf(style, ContentSize).LongSide / style.Picture.Size.LongSide;
        return factor <= MostEnlargement
            ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"style {style.Argument.Path} is enlarged {factor:F1} times, which blurs its strokes: use a larger "
                + $"picture of it, or --style-scale {style.Argument.Scale * MostEnlargement / factor:G2}");
    }

    private static MaskPicture LoadMask(string path, string contentPath, Picture content, Action<string>? tell) =>
        path == StyleArgument.AlphaMask
            ? MaskPicture.FromAlpha(contentPath, content)
            : MaskPicture.FromGrey(path, PictureFile.Load(path, minimumSide: 1, tell));

    private Picture MatchStyle(Picture style, Picture content, Picture seen) => _keptColors switch
    {
        KeptColors.LuminanceBefore => ColorMatching.MatchMeanAndCovariance(ColorMatching.Grey(style), seen),
        KeptColors.Linear => ColorMatching.MatchMeanAndCovariance(style, content),
        KeptColors.Histogram => ColorMatching.MatchHistogram(style, content),
        _ => style,
    };

    private float[] Cut(float[] levels) => _recipe.TruncateLevels ? Array.ConvertAll(levels, MathF.Floor) : levels;

    private sealed record Style(StyleArgument Argument, Picture Picture, MaskPicture? Mask);
}
