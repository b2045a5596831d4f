using System.CommandLine;
using IlgpuStyle.App.Help;

namespace IlgpuStyle.App.Options;

/// <summary><c>--quiet</c>.</summary>
internal static class QuietOption
{
    public const string Name = "--quiet";

    public static Option<bool> Create() => new Option<bool>(Name)
    {
        Description = "Show no progress, only the result's path. Default: progress on standard error.",
    }.About(Subject.Progress);
}
