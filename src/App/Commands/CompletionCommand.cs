using System.CommandLine;
using System.CommandLine.Parsing;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Text;

namespace IlgpuStyle.App.Commands;

/// <summary>
/// <c>ilgpustyle completion</c>: scripts that let a shell ask the library's directive <c>[suggest]</c> for words.
/// </summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish", "pwsh"];

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL")
        {
            Description = $"{Words.List(Shells)}. For good: a line of the shell's startup file, such as "
                + "source <(ilgpustyle completion bash) in ~/.bashrc; the script's first lines say it for each.",
            CompletionSources = { Shells },
            Validators = { Validate },
        };
        var command = new Command(
            "completion", "Print a script that lets a shell complete commands, options and values.")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(Script(parsed.GetRequiredValue(shell)));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Validate(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: var text }] && !Shells.Contains(text))
            result.AddError($"There is no completion for '{text}': use {Words.List(Shells)}.");
    }

    private static string Script(string shell)
    {
        using Stream stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion.{shell}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
