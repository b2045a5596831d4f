using System.Diagnostics;
using System.Text.RegularExpressions;

namespace IlgpuStyle.Browser.Tests;

/// <summary>The program as a process of its own, with synthetic weights and the project's sample pictures.</summary>
internal sealed class ProgramRun : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _told = [];
    private readonly TaskCompletionSource<string> _address = new();

    /// <param name="folder">Where its files go.</param>
    /// <param name="options">Beside pictures, weights and size.</param>
    public ProgramRun(string folder, params string[] options)
    {
        Output = Path.Combine(folder, "out.png");
        _process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "ilgpustyle.dll"), "stylize", "--content", Sample("landscape.png"),
            "--style", Sample("painting.png"), "--size", "96", "--weights", "synthetic", "--output", Output, .. options,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Where the result goes.</summary>
    public string Output { get; }

    /// <summary>The page's, once the program tells it.</summary>
    public Task<string> Address => _address.Task.WaitAsync(TimeSpan.FromMinutes(5));

    /// <summary>What it wrote to standard error.</summary>
    public string Told
    {
        get
        {
            lock (_told)
                return string.Join('\n', _told);
        }
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitCode()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static string Sample(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "samples", name)))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder!, "samples", name);
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            _address.TrySetException(new InvalidOperationException($"The program ended early: {Told}"));
            return;
        }
        lock (_told)
            _told.Add(line);
        if (Regex.Match(line, "^live view: (http://.*)$") is { Success: true } match)
            _address.TrySetResult(match.Groups[1].Value);
    }
}
