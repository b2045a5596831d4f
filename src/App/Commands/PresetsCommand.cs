using System.CommandLine;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle presets</c>: the known recipes.</summary>
internal static class PresetsCommand
{
    public static Command Create()
    {
        var command = new Command("presets", "List the presets.");
        command.SetAction(parsed =>
        {
            foreach (Recipe recipe in Presets.All)
                parsed.InvocationConfiguration.Output.WriteLine($"{recipe.Name,-13}{recipe.Description}");
            return (int)ExitCode.Done;
        });
        return command;
    }
}
