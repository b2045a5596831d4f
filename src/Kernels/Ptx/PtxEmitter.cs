using System.Globalization;
using System.Text.RegularExpressions;

namespace IlgpuStyle.Kernels.Ptx;

/// <summary>Writes the PTX that ILGPU makes of the kernels, to be assembled and inspected without a GPU.</summary>
public static partial class PtxEmitter
{
    /// <summary>Writes one file per kernel, <c>NAME.sm_XX.ptx</c>, and returns their paths.</summary>
    /// <param name="directory">Where to; created if need be.</param>
    /// <param name="architecture">"sm_80", "sm_90", …</param>
    /// <exception cref="ArgumentException">The architecture is none, or older than sm_75.</exception>
    public static IReadOnlyList<string> Emit(string directory, string architecture)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(architecture);
        Match match = Architecture().Match(architecture);
        int version = match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        if (version is < 75 or > 999)
        {
            throw new ArgumentException(
                $"Unknown architecture '{architecture}': use sm_75 or later, such as sm_80 or sm_90.");
        }
        IReadOnlyList<GpuKernel> kernels = GpuKernel.All();
        var texts = new PtxCompiler(version / 10, version % 10).Compile(kernels);
        Directory.CreateDirectory(directory);
        var paths = new List<string>();
        foreach ((GpuKernel kernel, string text) in kernels.Zip(texts))
        {
            string path = Path.Combine(directory, $"{kernel.Method.Name}.{architecture}.ptx");
            string partial = path + ".part";
            File.WriteAllText(partial, text);
            File.Move(partial, path, overwrite: true);
            paths.Add(path);
        }
        return paths;
    }

    [GeneratedRegex("^sm_([0-9]{2,3})$")]
    private static partial Regex Architecture();
}
