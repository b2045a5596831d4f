using System.CommandLine;
using System.Net;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Help;

namespace IlgpuStyle.App.Options;

/// <summary><c>--live</c> and <c>--report</c>: how a run is looked at.</summary>
internal sealed class ViewOptions
{
    private const string ReportName = "--report";

    private readonly Option<IPEndPoint?> _live = LiveOption.Create();

    private readonly Option<string?> _report = new Option<string?>(ReportName)
    {
        Description = "Write a report of the run: one HTML file with pictures, curves, frames on the way, recipe, inputs "
            + "and the command. Default: none.",
        HelpName = "FILE.html",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Progress);

    /// <summary>Both names.</summary>
    public static string[] Names => [LiveOption.Name, ReportName];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_live);
        command.Add(_report);
    }

    /// <summary>Where the page is; null for none.</summary>
    public IPEndPoint? Live(ParseResult parsed) => parsed.GetValue(_live);

    /// <summary>Where the report goes: one file, or none.</summary>
    public NamedFile[] Report(ParseResult parsed) =>
        parsed.GetValue(_report) is { } path ? [new NamedFile(ReportName, path)] : [];
}
