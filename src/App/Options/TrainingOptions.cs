using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Training;
using IlgpuStyle.FastStyle;
using IlgpuStyle.FastStyle.Onnx;
using IlgpuStyle.FastStyle.Training;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Options;

/// <summary>The options of <c>train</c> that decide which network comes out.</summary>
internal sealed class TrainingOptions
{
    /// <summary>The loss network's pools and the paddings leave enough of this.</summary>
    private const int LeastSide = 64;

    private const int MostSide = 1024;

    private readonly Option<StyleArgument[]> _styles = StyleOptions.Create();
    private readonly Option<double[]> _styleScale = StyleOptions.CreateScale();

    private readonly Option<string?> _photos = new Option<string?>("--photos")
    {
        Description = "Photographs to train on, 8 or more: a folder or a pattern ('in/*.jpg'). Some of them are held "
            + "out to judge the network. Default: the sample landscape.",
        HelpName = "DIR|PATTERN",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Pictures, isNeededFirst: true);

    private readonly Option<int?> _size = Numbers.Whole(
        "--size",
        "Side of the crops that are trained on, in pixels, a multiple of 4; the style's short side is as long. "
            + $"Default: {TrainingRecipe.Side}.",
        LeastSide, MostSide).About(Subject.Pictures);

    private readonly Option<int?> _iterations = Numbers.Whole(
        "--iterations",
        $"Steps. Default: {TrainingRecipe.Iterations}; with --from {TrainingRecipe.FineTuningIterations}.",
        least: 1).About(Subject.Recipe, isNeededFirst: true);

    private readonly Option<int?> _batch = Numbers.Whole(
        "--batch", "Crops in a step. Default: 1.", least: 1, most: 64).About(Subject.Recipe);

    private readonly Option<NetworkSize?> _network = WordOption.Create<NetworkSize>(
        "--network",
        "Channels and residual blocks: tiny 16-16-32 and 3, small 16-32-64 and 3, standard 16-32-64 and 5. Default: "
            + "small.").About(Subject.Network, isNeededFirst: true);

    private readonly Option<string?> _from = new Option<string?>("--from")
    {
        Description = "Start from this network, of another style perhaps, instead of random weights. Default: none.",
        HelpName = "FILE.onnx",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Network, isNeededFirst: true);

    private readonly Option<string> _weights = WeightsOption.Create();

    private readonly Option<int?> _seed = Numbers.Whole(
        "--seed", "Of the first weights and of the crops. Default: 0.", least: 0).About(Subject.Recipe);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_styles);
        command.Add(_photos);
        command.Add(_styleScale);
        command.Add(_size);
        command.Add(_iterations);
        command.Add(_batch);
        command.Add(_network);
        command.Add(_from);
        command.Add(_weights);
        command.Add(_seed);
    }

    /// <summary>The recipe.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="recorded">That of a run that goes on, of which only the steps can be others; null for none.</param>
    /// <exception cref="UsageException">The size is no multiple of 4.</exception>
    public Recipe Recipe(ParseResult parsed, Recipe? recorded)
    {
        int? iterations = parsed.GetValue(_iterations);
        if (recorded is not null)
            return iterations is { } other ? recorded.WithIterations(other) : recorded;
        int side = Side(parsed);
        if (side % 4 != 0)
            throw new UsageException($"--size must be a multiple of 4, such as {side / 4 * 4}, not {side}.");
        return TrainingRecipe.Create(
            iterations
            ?? (parsed.GetValue(_from) is null ? TrainingRecipe.Iterations : TrainingRecipe.FineTuningIterations),
            side);
    }

    /// <summary>Of the crops, in pixels.</summary>
    public int Side(ParseResult parsed) => parsed.GetValue(_size) ?? TrainingRecipe.Side;

    public int Batch(ParseResult parsed) => parsed.GetValue(_batch) ?? 1;

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? 0;

    public string Weights(ParseResult parsed) => parsed.GetRequiredValue(_weights);

    /// <summary>The network that training starts from.</summary>
    /// <exception cref="UsageException">Both a network and its size are given.</exception>
    /// <exception cref="NetworkFileException">The file cannot be used.</exception>
    public StyleNetwork Start(ParseResult parsed)
    {
        NetworkSize? size = parsed.GetValue(_network);
        if (parsed.GetValue(_from) is { } file)
        {
            return size is null
                ? NetworkFile.Read(file)
                : throw new UsageException("--network is the size of a new network: leave it out with --from.");
        }
        (int[] channels, int blocks) = size switch
        {
            NetworkSize.Tiny => ((int[])[16, 16, 32], 3),
            NetworkSize.Standard => ([16, 32, 64], 5),
            _ => ([16, 32, 64], 3),
        };
        return StyleNetwork.Create(channels, blocks, Seed(parsed));
    }

    /// <summary>The styles, their short sides as long as the crops', times their scale.</summary>
    /// <exception cref="InputFileException">One cannot be read.</exception>
    public StylePicture[] Styles(ParseResult parsed, Action<string> tell) =>
    [
        .. StyleOptions.WithScales(parsed.GetRequiredValue(_styles), parsed.GetValue(_styleScale) ?? [])
            .Select(style =>
            {
                Picture picture = PictureFile.LoadVisible(style.Path, minimumSide: 1, tell);
                double shortSide = Math.Max(LeastSide, Side(parsed) * style.Scale);
                PictureSize size = picture.Size.WithLongSide(
                    (int)Math.Round(shortSide * picture.Size.LongSide / picture.Size.ShortSide),
                    MidpointRounding.ToEven);
                tell($"style {style.Path}: {picture.Size} → {size}");
                return new StylePicture(
                    Resampling.Resize(picture, size, ResamplingFilter.Bicubic).Opaque(), style.Weight);
            }),
    ];

    /// <summary>The photographs.</summary>
    /// <exception cref="InputFileException">One cannot be read.</exception>
    public TrainingPhotographs Photographs(ParseResult parsed, Action<string> tell) => TrainingPhotographs.Load(
        PhotographFiles(parsed), Side(parsed), tell);

    /// <summary>What a network says about its style: the names of the pictures.</summary>
    public string StyleNames(ParseResult parsed) => string.Join(
        ", ", parsed.GetRequiredValue(_styles).Select(style => Path.GetFileNameWithoutExtension(style.Path)));

    /// <summary>What the command line names, for a checkpoint that keeps it.</summary>
    public IEnumerable<NamedFile> Named(ParseResult parsed) =>
    [
        .. parsed.GetRequiredValue(_styles).Select(style => new NamedFile(_styles.Name, style.Path)),
        .. parsed.GetValue(_photos) is { } photos ? (NamedFile[])[new(_photos.Name, photos)] : [],
        .. parsed.GetValue(_from) is { } from ? (NamedFile[])[new(_from.Name, from)] : [],
        .. WeightsOption.IsFile(Weights(parsed)) ? (NamedFile[])[new(_weights.Name, Weights(parsed))] : [],
    ];

    /// <summary>Every file that is read, the weights of the loss network included.</summary>
    public IEnumerable<NamedFile> Inputs(ParseResult parsed) =>
    [
        .. parsed.GetRequiredValue(_styles).Select(style => new NamedFile(_styles.Name, style.Path)),
        .. PhotographFiles(parsed).Select(file => new NamedFile(_photos.Name, file)),
        .. parsed.GetValue(_from) is { } from ? (NamedFile[])[new(_from.Name, from)] : [],
        .. WeightsOption.Find(Weights(parsed)) is { } weights
            ? (NamedFile[])[new(_weights.Name, weights)]
            : [],
    ];

    private string[] PhotographFiles(ParseResult parsed) =>
        parsed.GetValue(_photos) is { } photos ? TrainingPhotographs.Files(photos) : [];
}

/// <summary>Sizes of networks that are trained from random weights.</summary>
internal enum NetworkSize
{
    /// <summary>16-16-32 channels, 3 residual blocks.</summary>
    Tiny,

    /// <summary>16-32-64 channels, 3 residual blocks.</summary>
    Small,

    /// <summary>16-32-64 channels, 5 residual blocks.</summary>
    Standard,
}
