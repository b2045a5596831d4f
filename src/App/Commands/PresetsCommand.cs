using System.CommandLine;
using System.Text.Json.Nodes;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.App.Text;
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
        var name = new Argument<string?>("NAME")
        {
            Description = "The preset.",
            Arity = ArgumentArity.ZeroOrOne,
            CompletionSources = { RecipeOptions.PresetNames },
        };
        var from = new Option<string?>("--from")
        {
            Description = "A picture that this program has saved (PNG or JPEG), in the place of a preset: what it was "
                + "made with, and the command. Default: none.",
            HelpName = "RESULT",
            Validators = { PathOption.NotEmpty },
            CompletionSources = { PathOption.Pattern },
        };
        var json = new Option<bool>("--json")
        {
            Description = "As JSON, which --recipe reads: whole, or any part of it. Default: a value a line.",
        };
        var command = new Command("show", "Print every value of a preset, or of a picture's recipe.") { name, from, json };
        command.SetAction(parsed =>
        {
            string? picture = parsed.GetValue(from);
            if (parsed.GetValue(name) is null == picture is null)
                throw new UsageException("presets show takes a preset's NAME or --from RESULT, one of them.");
            RecipeTag? tag = picture is null ? null : RecipeTag.Load(picture);
            JsonObject recipe = tag?.Recipe ?? RecipeJson.ToNode(RecipeOptions.FindPreset(parsed.GetValue(name)!));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(recipe.ToJsonString(RecipeJson.Options));
                return (int)ExitCode.Done;
            }
            foreach (string line in RecipeJson.ToLines(recipe))
                output.WriteLine(line);
            if (tag is not null)
                Print(tag, picture!, output);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Print(RecipeTag tag, string picture, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"made by {tag.Program}" + (tag.Steps is { } steps ? $" in {Counted.Of(steps, "step")}" : ""));
        output.WriteLine($"{tag.CommandLine} --recipe {ShellWord.Quote(picture)} --output OUTPUT");
    }
}
