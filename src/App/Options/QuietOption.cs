using System.CommandLine;

namespace IlgpuStyle.App.Options;

/// <summary><c>--quiet</c>.</summary>
internal static class QuietOption
{
    public static Option<bool> Create() => new("--quiet")
    {
        Description = "Show no progress, only the result's path. Default: progress on standard error.",
    };
}
