using System.CommandLine;
using IlgpuStyle.App.Images;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Commands;

/// <summary>What stylize and evaluate have in common: pictures, recipe, weights, device.</summary>
internal sealed class PictureOptions
{
    private readonly Option<string> _content = new("--content")
    {
        Description = "The photograph (PNG or JPEG).",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        Required = true,
    };

    private readonly Option<StyleArgument[]> _styles = StyleOptions.Create();
    private readonly Option<double[]> _styleScale = StyleOptions.CreateScale();
    private readonly Option<string[]> _styleMask = StyleOptions.CreateMask();
    private readonly Option<RequestedSize?> _size = SizeOption.Create();
    private readonly Option<string?> _start = StartOption.Create();
    private readonly Option<double?> _noise = StartOption.CreateNoise();

    private readonly Option<KeptColors?> _keepColors = WordOption.Create<KeptColors>(
        "--keep-colors",
        "Keep the content's colours. Before the run, linear and histogram give the styles the content's mean and "
            + "covariance, or each channel's histogram; luminance-before styles luminance alone. When a result is "
            + "saved, luminance gives it the content's chrominance, linear-after and histogram-after what their names "
            + "say. Default: the styles' colours are taken.");

    private readonly Option<string> _weights = WeightsOption.Create();
    private readonly Option<string> _device = DeviceOption.Create();
    private readonly Option<int?> _seed =
        Numbers.Whole("--seed", "Seed of noise and synthetic weights. Default: 0.", least: 0);

    private readonly RecipeOptions _recipe = new(Presets.Balanced.Name);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_content);
        command.Add(_styles);
        _recipe.AddTo(command);
        command.Add(_styleScale);
        command.Add(_styleMask);
        command.Add(_keepColors);
        command.Add(_size);
        command.Add(_start);
        command.Add(_noise);
        command.Add(_weights);
        command.Add(_device);
        command.Add(_seed);
    }

    /// <summary>The recipe with its overrides and the pictures in its sizes.</summary>
    public (Recipe Recipe, PreparedPictures Pictures) Load(ParseResult parsed)
    {
        string? start = parsed.GetValue(_start);
        Recipe recipe = _recipe.Resolve(
            parsed, recipe => StartOption.Apply(recipe, start, parsed.GetValue(_noise)));
        string[] masks = parsed.GetValue(_styleMask) ?? [];
        return (recipe, new PreparedPictures(recipe, new PictureChoices(
            parsed.GetRequiredValue(_content),
            StyleOptions.WithMasks(
                StyleOptions.WithScales(parsed.GetRequiredValue(_styles), parsed.GetValue(_styleScale) ?? []), masks),
            StartOption.LoadPicture(recipe, start),
            parsed.GetValue(_size),
            parsed.GetValue(_keepColors))));
    }

    public string Weights(ParseResult parsed) => parsed.GetRequiredValue(_weights);

    public string Device(ParseResult parsed) => parsed.GetRequiredValue(_device);

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? 0;
}
