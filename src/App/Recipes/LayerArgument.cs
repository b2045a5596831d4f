using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using IlgpuStyle.App.Help;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App.Recipes;

/// <summary><c>--content-layers</c> and <c>--style-layers</c>: NAME[:SHARE],….</summary>
/// <param name="Layer">Keras's name; neural-style's are taken too.</param>
/// <param name="Share">The factor before the layer's term; null where none is given.</param>
internal sealed record LayerArgument(string Layer, double? Share)
{
    public static Option<LayerArgument[]> CreateOption(string name, string loss) => new Option<LayerArgument[]>(name)
    {
        Description = $"Layers of VGG19 that the {loss} loss compares, such as block4_conv2 (or relu4_2, "
            + "conv4_2) or block1_conv1:0.5,block2_conv1:0.2; SHARE is the factor before the layer's term. "
            + "Default: the preset's layers; for SHARE the mean of the preset's.",
        HelpName = "NAME[:SHARE],…",
        CompletionSources = { Vgg19.Layers.Select(layer => layer.Name).ToArray() },
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => Parse(name, result),
    }.About(Subject.Losses);

    /// <summary>The layers with every share filled in.</summary>
    public static IReadOnlyList<LayerWeight> Resolve(LayerArgument[] layers, IReadOnlyList<LayerWeight> preset) =>
        [.. layers.Select(layer => new LayerWeight(
            layer.Layer, layer.Share ?? preset.Average(original => original.Weight)))];

    private static LayerArgument[] Parse(string name, ArgumentResult result)
    {
        var layers = new List<LayerArgument>();
        foreach (string text in result.Tokens[0].Value.Split(','))
        {
            string[] parts = text.Split(':', 2);
            string layer = Vgg19.KerasName(parts[0]);
            double share = 0;
            if (Vgg19.Refusal(layer) is { } refusal)
            {
                result.AddError($"{name}: {refusal}.");
            }
            else if (layers.Any(other => other.Layer == layer))
            {
                result.AddError($"{name} names the layer {layer} twice.");
            }
            else if (parts.Length == 2
                && (!double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out share)
                    || !(share > 0) || !double.IsFinite(share)))
            {
                result.AddError($"{name}: the share of {parts[0]} must be a number above 0, not '{parts[1]}'.");
            }
            layers.Add(new LayerArgument(layer, parts.Length == 2 ? share : null));
        }
        return [.. layers];
    }
}
