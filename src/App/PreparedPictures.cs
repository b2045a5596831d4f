using IlgpuStyle.App.Images;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App;

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

/// <summary>The pictures of a run: loaded, and resized as the recipe says.</summary>
internal sealed class PreparedPictures
{
    private readonly Recipe _recipe;
    private readonly PictureChoices _choices;
    private readonly Picture _content;

    /// <summary>The content as the run sees it.</summary>
    private readonly Picture _seenContent;
    private readonly IReadOnlyList<(StyleArgument Argument, Picture Picture, MaskPicture? Mask)> _styles;

    /// <param name="recipe">Its size rule and filter are used.</param>
    /// <param name="choices">Which pictures, and what is done to them.</param>
    /// <exception cref="InputFileException">A picture cannot be used.</exception>
    /// <exception cref="UsageException">The size leaves too few or too many pixels for the network.</exception>
    public PreparedPictures(Recipe recipe, PictureChoices choices)
    {
        _recipe = recipe;
        _choices = choices;
        int smallest = recipe.SmallestSide();
        _content = PictureFile.Load(choices.Content, smallest);
        _seenContent = choices.KeptColors == KeptColors.LuminanceBefore ? ColorMatching.Grey(_content) : _content;
        ContentSize = RequestedSize.OfContent(choices.Size, recipe.Size, _content.Size);
        _styles = [.. choices.Styles.Select(style => (
            style,
            MatchStyle(PictureFile.Load(style.Path, smallest)),
            style.Mask is null ? null : LoadMask(style.Mask)))];
        RequireUsable(recipe, PictureSizes(ContentSize), "--size and --style-scale leave");
        if (recipe.Scales is { } scales)
        {
            RequireUsable(
                recipe, ContentSizes().SelectMany(PictureSizes),
                $"The scales down to --coarsest {scales.Smallest} leave");
        }
    }

    /// <summary>The result's size.</summary>
    public PictureSize ContentSize { get; }

    /// <summary>
    /// The pictures for the network: one entry, or one for each of the recipe's scales, coarse to fine.
    /// </summary>
    public IReadOnlyList<StagePictures> Stages() => [.. ContentSizes().Select(Stage)];

    /// <summary>The content in the result's size.</summary>
    public Picture Content() => Resampling.Resize(_content, ContentSize, _recipe.Filter);

    /// <summary>
    /// A result as it is saved: clipped, cut to whole levels if the recipe says so, stretched and with the content's
    /// colours if the user does, and with the content's transparency.
    /// </summary>
    /// <param name="result">Of any scale's size.</param>
    /// <param name="stretch">Whether the lowest level becomes 0 and the highest 255.</param>
    public Picture Finish(RgbPicture result, bool stretch)
    {
        var size = new PictureSize(result.Height, result.Width);
        Picture content = Resampling.Resize(_content, size, _recipe.Filter);
        float[] levels = Cut(Array.ConvertAll(result.Values, level => Math.Clamp(level, 0, 255)));
        if (stretch)
            levels = Cut(LevelStretch.Apply(levels));
        var picture = new Picture(size, levels, content.Alpha);
        return _choices.KeptColors switch
        {
            KeptColors.Luminance or KeptColors.LuminanceBefore => ColorMatching.SwapLuminance(picture, content),
            KeptColors.LinearAfter => ColorMatching.MatchMeanAndCovariance(picture, content),
            KeptColors.HistogramAfter => ColorMatching.MatchHistogram(picture, content),
            _ => picture,
        };
    }

    /// <summary>One line a picture: its file and its sizes; and one for the scales, where there are any.</summary>
    public IEnumerable<string> Describe()
    {
        yield return $"content {_choices.Content}: {_content.Size} → {ContentSize}";
        foreach ((StyleArgument argument, Picture picture, MaskPicture? mask) in _styles)
        {
            yield return $"style {argument.Path}: {picture.Size} → {StyleSize(argument, picture, ContentSize)}"
                + (mask is null ? "" : $", masked by {argument.Mask}");
        }
        if (_recipe.Scales is not null)
            yield return $"scales: {string.Join(", ", ContentSizes())}";
    }

    /// <summary>A picture in a size, as the network takes it.</summary>
    public RgbPicture Resize(Picture picture, PictureSize size) =>
        Resampling.Resize(picture, size, _recipe.Filter).Opaque();

    /// <summary>Refuses pictures that are too small for the pools or too large for 32-bit indices.</summary>
    /// <param name="recipe">What is computed of them.</param>
    /// <param name="sizes">The sizes of contents and styles.</param>
    /// <param name="cause">Which options "leave" these sizes.</param>
    /// <exception cref="UsageException">One is.</exception>
    public static void RequireUsable(Recipe recipe, IEnumerable<PictureSize> sizes, string cause)
    {
        int smallest = recipe.SmallestSide();
        foreach (PictureSize size in sizes)
        {
            if (size.ShortSide < smallest)
            {
                throw new UsageException(
                    $"{cause} a picture of {size} pixels, but preset {recipe.Name} needs at least {smallest} on each "
                    + "side.");
            }
            if (!Vgg19.CanIndex(size.Height, size.Width))
            {
                throw new UsageException(
                    $"{cause} a picture of {size} pixels, but VGG19 takes 33 million at most.");
            }
        }
    }

    /// <summary>The content's sizes: one, or one for each of the recipe's scales, coarse to fine.</summary>
    private IEnumerable<PictureSize> ContentSizes() => _recipe.Scales is null
        ? [ContentSize]
        : _recipe.Scales.LongSides(ContentSize.LongSide)
            .Select(side => ContentSize.WithLongSide(side, _recipe.Size.Rounding));

    /// <summary>The sizes of all pictures where the content has this one.</summary>
    private IEnumerable<PictureSize> PictureSizes(PictureSize content) =>
        _styles.Select(style => StyleSize(style.Argument, style.Picture, content)).Prepend(content);

    private StagePictures Stage(PictureSize size) => new(
        Resize(_seenContent, size),
        [.. _styles.Select(style => new StylePicture(
            Resize(style.Picture, StyleSize(style.Argument, style.Picture, size)),
            style.Argument.Weight,
            style.Mask?.InSize(size)))],
        _recipe.Start.Kind switch
        {
            StartKind.Style => Resize(_styles[0].Picture, size),
            StartKind.Picture => Resize(_choices.Start!, size),
            _ => null,
        });

    private PictureSize StyleSize(StyleArgument argument, Picture style, PictureSize content) =>
        RequestedSize.OfStyle(_recipe.Size, content, style.Size, argument.Scale);

    private MaskPicture LoadMask(string path)
    {
        MaskPicture mask = path == StyleArgument.AlphaMask
            ? MaskPicture.FromAlpha(_choices.Content, _content)
            : MaskPicture.FromGrey(path, PictureFile.Load(path, minimumSide: 1));
        // A black mask is refused now, not when the weights are there.
        _ = mask.InSize(ContentSize);
        return mask;
    }

    private Picture MatchStyle(Picture style) => _choices.KeptColors switch
    {
        KeptColors.LuminanceBefore => ColorMatching.MatchMeanAndCovariance(ColorMatching.Grey(style), _seenContent),
        KeptColors.Linear => ColorMatching.MatchMeanAndCovariance(style, _content),
        KeptColors.Histogram => ColorMatching.MatchHistogram(style, _content),
        _ => style,
    };

    private float[] Cut(float[] levels) => _recipe.TruncateLevels ? Array.ConvertAll(levels, MathF.Floor) : levels;
}
