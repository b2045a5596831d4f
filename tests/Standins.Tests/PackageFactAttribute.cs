using System.Reflection;

namespace IlgpuStyle.Standins.Tests;

/// <summary>A test that compares with a real package, and is skipped where it was never restored.</summary>
public sealed class PackageFactAttribute : FactAttribute
{
    public PackageFactAttribute(string package)
    {
        if (FindAssembly(package) is null)
            Skip = $"{package} {AskedFor(package)} or later is not in the NuGet folder.";
    }

    /// <summary>Where NuGet keeps the assembly of a package; null where it was never restored.</summary>
    /// <remarks>
    /// The lowest release from the one that is asked for, as NuGet chooses; its assembly for the latest .NET, else for
    /// the latest .NET Standard.
    /// </remarks>
    internal static string? FindAssembly(string package)
    {
        string folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string? release = Versions(Path.Combine(folder, package.ToLowerInvariant()), "")
            .Where(entry => entry.Version >= AskedFor(package))
            .Select(entry => entry.Folder).FirstOrDefault();
        if (release is null)
            return null;
        string libraries = Path.Combine(release, "lib");
        string framework = Versions(libraries, "netstandard").Concat(Versions(libraries, "net")).Last().Folder;
        return Path.Combine(framework, $"{package}.dll");
    }

    /// <summary>The folders in a folder that are named for versions, after a prefix; the lowest first.</summary>
    private static IEnumerable<(Version Version, string Folder)> Versions(string parent, string prefix) =>
        from folder in Directory.Exists(parent) ? Directory.GetDirectories(parent, $"{prefix}*") : []
        let version = Version.TryParse(Path.GetFileName(folder)[prefix.Length..], out Version? parsed) ? parsed : null
        where version is not null
        orderby version
        select (version, folder);

    /// <summary>The version that Directory.Packages.props names.</summary>
    private static Version AskedFor(string package) => Version.Parse(
        typeof(PackageFactAttribute).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == package).Value!);
}
