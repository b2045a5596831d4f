using System.Reflection;
using System.Text;
using ILGPU.Compiler;

namespace ILGPU.Runtime.OpenCL;

/// <summary>
/// Keeps the OpenCL C of kernels, because compiling it from IL takes a tenth of a second and more for each.
/// </summary>
/// <param name="folder">Where the sources are kept.</param>
/// <param name="dumpFolder">Where the sources in use are written for people to read, if anywhere.</param>
internal sealed class KernelCache(CacheFolder folder, string? dumpFolder)
{
    /// <summary>
    /// A blank line parts the source from its head: the entry's name and a line for each baked constant.
    /// </summary>
    private const string EndOfHead = "\n\n";

    /// <summary>The user's; the environment may name a folder for people in ILGPU_DUMP_KERNELS.</summary>
    internal static KernelCache OfUser { get; } =
        new(CacheFolder.OfUser, Environment.GetEnvironmentVariable("ILGPU_DUMP_KERNELS"));

    internal (string EntryName, string Source) GetOrCompile(
        MethodInfo method, KernelIndexKind indexKind, bool viewsMayAlias)
    {
        string name = KernelCompiler.CacheKey(method, indexKind, viewsMayAlias) + ".cl";
        if (TryRead(name) is not (string EntryName, string Source) kernel)
        {
            CompiledKernel compiled = KernelCompiler.Compile(method, indexKind, viewsMayAlias);
            kernel = (compiled.EntryName, compiled.Source);
            folder.Write(name, Encoding.UTF8.GetBytes(ToText(compiled)));
        }
        if (!string.IsNullOrEmpty(dumpFolder))
        {
            string variant = viewsMayAlias ? ".overlapping" : "";
            CacheFolder.TryWriteFile(
                Path.Combine(dumpFolder, $"{kernel.EntryName}{variant}.cl"), Encoding.UTF8.GetBytes(kernel.Source));
        }
        return kernel;
    }

    private (string EntryName, string Source)? TryRead(string name) =>
        folder.TryRead(name) is byte[] stored &&
        Encoding.UTF8.GetString(stored).Split(EndOfHead, 2) is [string head, string source] &&
        head.Split('\n') is [string entry, .. string[] constants] &&
        constants.All(BakedConstant.Holds)
            ? (entry, source)
            : null;

    private static string ToText(CompiledKernel kernel) =>
        string.Join('\n', [kernel.EntryName, .. kernel.Constants]) + EndOfHead + kernel.Source;
}
