using System.CommandLine;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Options;

/// <summary>What stylize and evaluate have in common: pictures, recipe, weights, device.</summary>
internal sealed class PictureOptions
{
    /// <summary><c>--weights</c>.</summary>
    public const string WeightsName = "--weights";

    private readonly Option<string> _content = new Option<string>("--content")
    {
        Description = "The photograph (PNG or JPEG).",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
        Required = true,
    }.About(Subject.Pictures, isNeededFirst: true);

    private readonly Option<StyleArgument[]> _styles = StyleOptions.Create();
    private readonly Option<double[]> _styleScale = StyleOptions.CreateScale();
    private readonly Option<string[]> _styleMask = StyleOptions.CreateMask();
    private readonly Option<RequestedSize?> _size = SizeOption.Create();
    private readonly Option<RequestedSize[]> _sizes = SizeOption.CreateList();
    private readonly Option<string?> _start = StartOption.Create();
    private readonly Option<double?> _noise = StartOption.CreateNoise();

    private readonly Option<KeptColors?> _keepColors = KeepColorsOption.Create();

    private readonly Option<string> _weights = WeightsOption.Create();
    private readonly Option<string> _device = DeviceOption.Create();
    private readonly Option<int?> _seed =
        Numbers.Whole("--seed", "Seed of noise and synthetic weights. Default: 0.", least: 0).About(Subject.Network);

    private readonly RecipeOptions _recipe = new(Presets.Balanced.Name);

    /// <summary>The options that a recorded recipe stands for, whichever way it came about.</summary>
    public static IReadOnlyList<string> RecordedInRecipe { get; } = ["--preset", "--recipe", "--set", "--iterations"];

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="severalSizes">Whether it takes a list of sizes.</param>
    public void AddTo(Command command, bool severalSizes = false)
    {
        command.Add(_content);
        command.Add(_styles);
        _recipe.AddTo(command);
        command.Add(_styleScale);
        command.Add(_styleMask);
        command.Add(_keepColors);
        command.Add(severalSizes ? _sizes : _size);
        command.Add(_start);
        command.Add(_noise);
        command.Add(_weights);
        command.Add(_device);
        command.Add(_seed);
    }

    /// <summary>The recipe with its overrides.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="recorded">
    /// The recipe of a run that goes on, of which only the number of steps can be another; null for a new run.
    /// </param>
    public Recipe Recipe(ParseResult parsed, Recipe? recorded = null) => recorded is not null
        ? _recipe.WithIterations(parsed, recorded)
        : Recipe(parsed, parsed.GetValue(_size));

    /// <summary>The pictures in the recipe's sizes.</summary>
    public PreparedPictures Load(ParseResult parsed, Recipe recipe, Action<string> tell) =>
        Load(parsed, recipe, parsed.GetValue(_size), tell);

    /// <summary>Recipe and pictures of each of several sizes.</summary>
    public IEnumerable<(Recipe Recipe, PreparedPictures Pictures)> LoadEach(ParseResult parsed, Action<string> tell)
    {
        RequestedSize?[] sizes = [.. parsed.GetValue(_sizes) ?? []];
        foreach (RequestedSize? size in sizes.Length == 0 ? [null] : sizes)
        {
            Recipe recipe = Recipe(parsed, size);
            yield return (recipe, Load(parsed, recipe, size, tell));
        }
    }

    private Recipe Recipe(ParseResult parsed, RequestedSize? size) => _recipe.Resolve(
        parsed, size, recipe => StartOption.Apply(recipe, parsed.GetValue(_start), parsed.GetValue(_noise)));

    private PreparedPictures Load(ParseResult parsed, Recipe recipe, RequestedSize? size, Action<string> tell)
    {
        string[] masks = parsed.GetValue(_styleMask) ?? [];
        var choices = new PictureChoices(
            parsed.GetRequiredValue(_content),
            StyleOptions.WithMasks(
                StyleOptions.WithScales(parsed.GetRequiredValue(_styles), parsed.GetValue(_styleScale) ?? []), masks),
            StartOption.LoadPicture(recipe, parsed.GetValue(_start), tell),
            size,
            parsed.GetValue(_keepColors));
        return new PreparedPictures(recipe, choices, tell);
    }

    /// <summary>Every file that is read, by the option that names it.</summary>
    public IEnumerable<NamedFile> Inputs(ParseResult parsed)
    {
        yield return new NamedFile(_content.Name, parsed.GetRequiredValue(_content));
        foreach (StyleArgument style in parsed.GetRequiredValue(_styles))
            yield return new NamedFile(_styles.Name, style.Path);
        foreach (string mask in parsed.GetValue(_styleMask) ?? [])
        {
            if (mask != StyleArgument.AlphaMask)
                yield return new NamedFile(_styleMask.Name, mask);
        }
        if (parsed.GetValue(_start) is { } start && StartOption.IsFile(start))
            yield return new NamedFile(_start.Name, start);
        if (_recipe.File(parsed) is { } recipe)
            yield return recipe;
        if (WeightsOption.IsFile(Weights(parsed)))
            yield return new NamedFile(_weights.Name, Weights(parsed));
    }

    public string Content(ParseResult parsed) => parsed.GetRequiredValue(_content);

    public StyleArgument[] Styles(ParseResult parsed) => parsed.GetRequiredValue(_styles);

    public string Weights(ParseResult parsed) => parsed.GetRequiredValue(_weights);

    public string Device(ParseResult parsed) => parsed.GetRequiredValue(_device);

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? 0;
}
