namespace IlgpuStyle.Browser.Tests;

/// <summary>A test in Debian's Chromium; skipped, and said so, where there is none.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    /// <summary>Where Debian's package has it.</summary>
    public const string Path = "/usr/bin/chromium";

    public ChromiumFactAttribute()
    {
        if (!File.Exists(Path))
            Skip = "No Chromium here (Debian package chromium).";
    }
}
