using System.Diagnostics;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Tests.Commands;

namespace IlgpuStyle.App.Tests.Packaging;

/// <summary>The program as a .NET tool: packed from what is built, installed from a folder without a network.</summary>
[Collection(CommandFiles.Collection)]
public sealed class ToolPackageTests(CommandFiles files)
{
    [Fact]
    public void A_packed_tool_is_installed_and_makes_a_picture()
    {
        string packages = Directory.CreateDirectory(files.PathOf("packages")).FullName;
        // No source but this folder.
        string sources = files.PathOf("nuget.config");
        File.WriteAllText(sources, $"""
            <configuration>
              <packageSources><clear /><add key="folder" value="{packages}" /></packageSources>
            </configuration>
            """);
        string tools = files.PathOf("tools");
        Run("dotnet", "pack", Path.Combine(Root(), "src", "App"), "--no-build", "-o", packages, "-c", Configuration);
        Run(
            "dotnet", "tool", "install", "ilgpustyle", "--tool-path", tools, "--configfile", sources,
            "--add-source", packages);
        string tool = Path.Combine(tools, "ilgpustyle");

        Assert.Equal(CommandLineAssert.Succeeds("presets"), Run(tool, "presets"));
        // The system's HDF5 is found from there too.
        Assert.Contains("usable    yes", Run(tool, "weights", "inspect", files.Weights), StringComparison.Ordinal);
        string picture = files.PathOf("by-tool.png");
        Run(
            tool,
            [
                "stylize", "--content", files.Content, "--style", files.Style, "--size", "46x33", "--iterations", "2",
                "--weights", "synthetic", "--device", CommandFiles.Device, "--output", picture,
            ]);
        Assert.Equal(CommandFiles.ContentSize, PictureFile.Load(picture, 1).Size);
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Name;

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, printed + error.Result);
        return printed;
    }

    private static string Root()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IlgpuStyle.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
