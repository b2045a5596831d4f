using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Text;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App.Recipes;

/// <summary><c>--preset</c> and the options that override single values of it.</summary>
/// <param name="defaultPreset">Where <c>--preset</c> is not given.</param>
internal sealed class RecipeOptions(string defaultPreset)
{
    private readonly Option<string> _preset = new Option<string>("--preset")
    {
        Description = "The recipe; 'ilgpustyle presets' lists them.",
        HelpName = "NAME",
        CompletionSources = { PresetNames },
        DefaultValueFactory = _ => defaultPreset,
    }.About(Subject.Recipe, isNeededFirst: true);

    private readonly Option<string?> _recipeFile = new Option<string?>("--recipe")
    {
        Description = "A JSON file with values that override the preset's, in the form that 'ilgpustyle presets show "
            + "NAME --json' prints, or a picture that this program has saved, whose recipe is taken, and by stylize its "
            + "other options too; options override both. Default: none.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Recipe);

    private readonly Option<string[]> _settings = new Option<string[]>("--set")
    {
        Description = "Any value of the recipe, by the key that 'ilgpustyle presets show NAME' prints, such as "
            + "learning_rate.decay=0.9; overrides all other options. Default: none.",
        HelpName = "KEY=VALUE",
        AllowMultipleArgumentsPerToken = true,
    }.About(Subject.Recipe);

    private readonly Option<int?> _iterations =
        Numbers.Whole(
            "--iterations",
            "Steps of the optimizer; where there are several scales, at the first, and later ones keep their share. "
                + "Default: the preset's.",
            least: 1).About(Subject.Recipe, isNeededFirst: true);

    private readonly Option<string?> _optimizer = new Option<string?>("--optimizer")
    {
        Description = "The optimizer, with its usual numbers and learning rate: gradient descent (sgd), with momentum "
            + "0.9, Adam, or L-BFGS without or with a strong-Wolfe line search. Default: the preset's.",
        HelpName = string.Join('|', OptimizerNames),
        CompletionSources = { OptimizerNames },
    }.About(Subject.Recipe);

    private readonly Option<double?> _learningRate = Numbers.Real(
        "--learning-rate",
        "The first step's learning rate, in units of the preset's picture (levels of 0..255, or 0..1); its schedule "
            + "stays. Default: the preset's or the optimizer's.",
        least: 0, exclusive: true).About(Subject.Recipe);

    private readonly Option<double?> _contentWeight =
        Numbers.Real("--content-weight", "The factor before the content loss. Default: the preset's.", least: 0)
            .About(Subject.Losses);

    private readonly Option<LayerArgument[]> _contentLayers = LayerArgument.CreateOption("--content-layers", "content");

    private readonly Option<double?> _styleWeight =
        Numbers.Real("--style-weight", "The factor before the style loss. Default: the preset's.", least: 0)
            .About(Subject.Losses, isNeededFirst: true);

    private readonly Option<LayerArgument[]> _styleLayers = LayerArgument.CreateOption("--style-layers", "style");

    private readonly Option<double?> _variationWeight = Numbers.Real(
        "--tv-weight", "The factor before the total-variation loss; 0 leaves it out. Default: the preset's.", least: 0)
        .About(Subject.Losses);

    private readonly Option<TotalVariationForm?> _variationForm = WordOption.Create<TotalVariationForm>(
        "--tv-form", "The formula of total variation. Default: the preset's, absolute where it has none.")
        .About(Subject.Losses);

    private readonly Option<Switch?> _normalizeGradients = WordOption.Create<Switch>(
        "--normalize-gradients",
        "Whether each content and style term's gradient at its layer is divided by its L1 norm and multiplied by the "
            + "term's weight. Default: the preset's.").About(Subject.Losses);

    private readonly Option<Pooling?> _pooling =
        WordOption.Create<Pooling>("--pooling", "How VGG19 pools. Default: the preset's.").About(Subject.Network);

    private readonly Option<ConvolutionForm?> _convolution = WordOption.Create<ConvolutionForm>(
        "--convolution",
        "How convolutions are computed: auto is the fastest, direct rounds least. Default: the preset's; where that "
        + "is auto, evaluate takes direct.").About(Subject.Network);

    private readonly Option<Switch?> _clamp = WordOption.Create<Switch>(
        "--clamp", "Whether each step keeps the picture within 0..255. Default: the preset's.").About(Subject.Recipe);

    private readonly Option<ResultPicture?> _result = WordOption.Create<ResultPicture>(
        "--result",
        "Which picture is the result: the last, the one of the lowest loss, or the average of the iterates. "
            + "Default: the preset's.").About(Subject.Recipe);

    private readonly Option<int?> _coarsest = Numbers.Whole(
        "--coarsest",
        "Coarse to fine: the long side below which no scale goes, in pixels; each scale is 1/√2 of the next, or what the "
            + "preset says, and the last has the result's size. 0 for that one alone. Default: the preset's; 0 for a run "
            + "that starts from a picture file.",
        least: 0).About(Subject.Recipe);

    /// <summary>What <c>--preset</c> takes.</summary>
    public static string[] PresetNames { get; } = [.. Presets.All.Select(preset => preset.Name)];

    private static string[] OptimizerNames { get; } = [.. NamedOptimizer.All.Select(optimizer => optimizer.Name)];

    private enum Switch
    {
        Off,
        On,
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        AddStepTo(command);
        command.Add(_iterations);
        command.Add(_learningRate);
        command.Add(_coarsest);
    }

    /// <summary>Adds those that decide what one step computes, for a command that makes no run.</summary>
    public void AddStepTo(Command command)
    {
        command.Add(_preset);
        command.Add(_recipeFile);
        command.Add(_settings);
        command.Add(_optimizer);
        command.Add(_contentWeight);
        command.Add(_contentLayers);
        command.Add(_styleWeight);
        command.Add(_styleLayers);
        command.Add(_variationWeight);
        command.Add(_variationForm);
        command.Add(_normalizeGradients);
        command.Add(_pooling);
        command.Add(_convolution);
        command.Add(_clamp);
        command.Add(_result);
    }

    /// <summary>The recipe file; null where none is named.</summary>
    public NamedFile? File(ParseResult parsed) =>
        parsed.GetValue(_recipeFile) is { } path ? new NamedFile(_recipeFile.Name, path) : null;

    /// <summary>The preset with its overrides.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="size">What is asked for of the picture's size; null for nothing.</param>
    /// <param name="others">Overrides that a command has beside these; only --set comes after them.</param>
    /// <exception cref="UsageException">
    /// There is no such preset or optimizer, the recipe file has a wrong value, or options contradict each other.
    /// </exception>
    /// <exception cref="InputFileException">The recipe file cannot be read.</exception>
    public Recipe Resolve(
        ParseResult parsed, RequestedSize? size = null, Func<Recipe, Recipe>? others = null)
    {
        Recipe preset = FindPreset(parsed.GetRequiredValue(_preset));
        Recipe recipe = Presets.Find(
            preset.Name, size?.Exact?.LongSide ?? size?.Dimension ?? preset.Size.Default);
        if (parsed.GetValue(_recipeFile) is { } file)
            recipe = RecipeOverrides.FromFile(file, recipe);
        recipe = WithIterations(parsed, recipe);
        if (parsed.GetValue(_optimizer) is { } optimizer)
            recipe = FindOptimizer(optimizer).ApplyTo(recipe);
        if (parsed.GetValue(_learningRate) is { } rate)
            recipe = recipe with { LearningRate = recipe.LearningRate with { Initial = rate } };
        recipe = recipe with
        {
            Content = ContentOf(recipe.Content, parsed),
            Style = StyleOf(recipe.Style, parsed),
            TotalVariation = VariationOf(recipe, parsed),
            Network = recipe.Network with
            {
                Pooling = parsed.GetValue(_pooling) ?? recipe.Network.Pooling,
                Convolution = parsed.GetValue(_convolution) ?? recipe.Network.Convolution,
            },
            NormalizeGradients = IsOn(parsed.GetValue(_normalizeGradients)) ?? recipe.NormalizeGradients,
            Clamp = IsOn(parsed.GetValue(_clamp)) ?? recipe.Clamp,
            Result = parsed.GetValue(_result) ?? recipe.Result,
            Scales = parsed.GetValue(_coarsest) switch
            {
                null => recipe.Scales,
                0 => null,
                { } smallest => ScalesFrom(smallest, recipe),
            },
        };
        if (others is not null)
            recipe = others(recipe);
        // Coarser scales would blur a picture of the caller's, which is in the result's size.
        if (recipe.Start.Kind == StartKind.Picture && parsed.GetValue(_coarsest) is null)
            recipe = recipe with { Scales = null };
        if (parsed.GetValue(_settings) is { Length: > 0 } settings)
            recipe = RecipeOverrides.FromAssignments(settings, recipe);
        return recipe.FindContradiction() is { } contradiction ? throw new UsageException(contradiction) : recipe;
    }

    /// <summary>A recipe with the steps that are asked for.</summary>
    public Recipe WithIterations(ParseResult parsed, Recipe recipe) =>
        parsed.GetValue(_iterations) is { } iterations ? recipe.WithIterations(iterations) : recipe;

    /// <summary>The preset of a name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static Recipe FindPreset(string name)
    {
        try
        {
            return Presets.Find(name);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static bool? IsOn(Switch? value) => value is null ? null : value == Switch.On;

    /// <summary>
    /// Later scales start from a finished picture and take half of the steps, unless the recipe knows better.
    /// </summary>
    private static ScaleRule ScalesFrom(int smallest, Recipe recipe) =>
        (recipe.Scales ?? new ScaleRule(smallest, Math.Max(1, recipe.Iterations / 2))) with { Smallest = smallest };

    private static NamedOptimizer FindOptimizer(string name)
    {
        int index = Array.IndexOf(OptimizerNames, name);
        return index >= 0
            ? NamedOptimizer.All[index]
            : throw new UsageException($"--optimizer must be {Words.List(OptimizerNames)}, not '{name}'.");
    }

    private ContentLoss ContentOf(ContentLoss preset, ParseResult parsed) => preset with
    {
        Weight = parsed.GetValue(_contentWeight) ?? preset.Weight,
        Layers = parsed.GetValue(_contentLayers) is { Length: > 0 } layers
            ? LayerArgument.Resolve(layers, preset.Layers)
            : preset.Layers,
    };

    private StyleLoss StyleOf(StyleLoss preset, ParseResult parsed) => preset with
    {
        Weight = parsed.GetValue(_styleWeight) ?? preset.Weight,
        Layers = parsed.GetValue(_styleLayers) is { Length: > 0 } layers
            ? LayerArgument.Resolve(layers, preset.Layers)
            : preset.Layers,
    };

    private TotalVariationLoss? VariationOf(Recipe recipe, ParseResult parsed)
    {
        TotalVariationForm? form = parsed.GetValue(_variationForm) ?? recipe.TotalVariation?.Form;
        double weight = parsed.GetValue(_variationWeight) ?? recipe.TotalVariation?.Weight ?? 0;
        if (parsed.GetValue(_variationForm) is not null && weight == 0)
        {
            throw new UsageException("--tv-form needs a --tv-weight above 0"
                + (parsed.GetValue(_variationWeight) is null
                    ? $", because the recipe {recipe.Name} has no total variation."
                    : ", not 0."));
        }
        return weight == 0 ? null : new TotalVariationLoss(form ?? TotalVariationForm.Absolute, weight);
    }
}
