using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle presets</c>: the known recipes.</summary>
internal static class PresetsCommand
{
    public static Command Create()
    {
        var command = new Command("presets", "List the presets.") { CreateShow() };
        command.SetAction(parsed =>
        {
            foreach (Recipe recipe in Presets.All)
                parsed.InvocationConfiguration.Output.WriteLine($"{recipe.Name,-13}{recipe.Description}");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var name = new Argument<string>("NAME")
        {
            Description = "The preset.",
            CompletionSources = { RecipeOptions.PresetNames },
        };
        var json = new Option<bool>("--json")
        {
            Description = "As JSON, which --recipe reads: whole, or any part of it. Default: a value a line.",
        };
        var command = new Command("show", "Print every value of a preset.") { name, json };
        command.SetAction(parsed =>
        {
            Recipe recipe = RecipeOptions.FindPreset(parsed.GetRequiredValue(name));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(RecipeJson.ToNode(recipe).ToJsonString(RecipeJson.Options));
                return (int)ExitCode.Done;
            }
            foreach (string line in RecipeJson.ToLines(recipe))
                output.WriteLine(line);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
