namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

/// <summary>A test that compares with the real packages, and is skipped where they were never restored.</summary>
public sealed class PackageFactAttribute : FactAttribute
{
    private const string Version = "1.5.3";

    public PackageFactAttribute()
    {
        if (!File.Exists(AssemblyFile("ILGPU")) || !File.Exists(AssemblyFile("ILGPU.Algorithms")))
            Skip = $"ILGPU {Version} and ILGPU.Algorithms {Version} are not in the NuGet folder.";
    }

    /// <summary>Where NuGet keeps the assembly of a package.</summary>
    internal static string AssemblyFile(string package)
    {
        string folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Path.Combine(folder, package.ToLowerInvariant(), Version, "lib", "net7.0", $"{package}.dll");
    }
}
