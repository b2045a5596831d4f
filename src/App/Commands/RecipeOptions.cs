using System.CommandLine;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App.Commands;

/// <summary><c>--preset</c> and the options that override single values of it.</summary>
/// <param name="defaultPreset">Where <c>--preset</c> is not given.</param>
internal sealed class RecipeOptions(string defaultPreset)
{
    private readonly Option<string> _preset = new("--preset")
    {
        Description = "The recipe; 'ilgpustyle presets' lists them.",
        HelpName = "NAME",
        DefaultValueFactory = _ => defaultPreset,
    };

    private readonly Option<int?> _iterations =
        Numbers.Whole("--iterations", "Steps of the optimizer. Default: the preset's.", least: 1);

    private readonly Option<string> _pooling = new Option<string>("--pooling")
    {
        Description = "How VGG19 pools. Default: the preset's.",
        HelpName = "max|average",
    }.AcceptOnlyFromAmong("max", "average");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_preset);
        command.Add(_iterations);
        command.Add(_pooling);
    }

    /// <summary>The preset with its overrides.</summary>
    /// <exception cref="UsageException">There is no such preset.</exception>
    public Recipe Resolve(ParseResult parsed)
    {
        Recipe recipe;
        try
        {
            recipe = Presets.Find(parsed.GetRequiredValue(_preset));
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message);
        }
        if (parsed.GetValue(_iterations) is { } iterations)
            recipe = recipe.WithIterations(iterations);
        if (parsed.GetValue(_pooling) is { } pooling)
        {
            recipe = recipe with
            {
                Network = recipe.Network with { Pooling = pooling == "max" ? Pooling.Max : Pooling.Average },
            };
        }
        return recipe;
    }
}
