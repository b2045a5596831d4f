using System.Globalization;
using IlgpuStyle.App.Files;

namespace IlgpuStyle.App.Output;

/// <summary>The pictures of <c>--save-every</c>: out.png → out-100.png.</summary>
/// <param name="output">The result's path.</param>
/// <param name="every">Iterations from one to the next; null for none of them.</param>
/// <param name="iterations">Of the whole run.</param>
internal sealed class NumberedPictures(string output, int? every, long iterations)
{
    private readonly string _folder = Path.GetDirectoryName(output) ?? "";
    private readonly string _start = Path.GetFileNameWithoutExtension(output) + "-";
    private readonly string _ending = Path.GetExtension(output);

    /// <summary>Whether there is one after so many steps.</summary>
    public bool IsDue(int stepsDone) => every is { } steps && stepsDone % steps == 0;

    /// <summary>The last one's path, whose name is the longest; null where there is none.</summary>
    public string? Last => every is { } step && step <= iterations ? At((int)(iterations - (iterations % step))) : null;

    /// <summary>The path of one.</summary>
    public string At(int iteration) => Path.Combine(_folder, $"{_start}{iteration}{_ending}");

    /// <summary>
    /// Those that are there already, as a file or as a link, or that are one of these files: no other of a run's
    /// thousands can overwrite something.
    /// </summary>
    public IEnumerable<string> ThatAreThereOrAmong(IEnumerable<NamedFile> files)
    {
        if (every is null)
            return [];
        string folder = new NamedFile("--output", Path.Combine(_folder, ".")).Place;
        IEnumerable<string> there = Directory.Exists(folder)
            ? Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { AttributesToSkip = default })
            : [];
        return there
            .Concat(files.Select(file => file.Place).Where(place => Path.GetDirectoryName(place) == folder))
            .Select(path => NumberOf(Path.GetFileName(path)))
            .OfType<int>()
            .Distinct()
            .Order()
            .Select(At);
    }

    /// <summary>The iteration that a picture of this name is of; null for other names.</summary>
    private int? NumberOf(string name)
    {
        if (name.Length <= _start.Length + _ending.Length
            || !name.StartsWith(_start, StringComparison.Ordinal)
            || !name.EndsWith(_ending, StringComparison.Ordinal))
        {
            return null;
        }
        string number = name[_start.Length..^_ending.Length];
        return number[0] != '0' && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value <= iterations && value % every == 0
                ? value
                : null;
    }
}
