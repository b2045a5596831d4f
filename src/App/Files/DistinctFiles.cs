using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Files;

/// <summary>Refuses outputs that would overwrite an input or each other, before a long run.</summary>
internal static class DistinctFiles
{
    /// <param name="inputs">What is read.</param>
    /// <param name="outputs">What is written; of two, the later is to blame.</param>
    /// <exception cref="UsageException">An output is another file of the command too.</exception>
    public static void Require(IEnumerable<NamedFile> inputs, IEnumerable<NamedFile> outputs)
    {
        var taken = new Dictionary<string, NamedFile>();
        foreach (NamedFile input in inputs)
            taken.TryAdd(input.Place, input);
        foreach (NamedFile output in outputs)
        {
            if (!taken.TryAdd(output.Place, output))
                throw new UsageException($"{output} would overwrite {taken[output.Place]}: name another file.");
        }
    }
}
