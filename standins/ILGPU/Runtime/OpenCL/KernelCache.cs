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
    /// <summary>The user's; the environment may name a folder for people in ILGPU_DUMP_KERNELS.</summary>
    internal static KernelCache OfUser { get; } =
        new(CacheFolder.OfUser, Environment.GetEnvironmentVariable("ILGPU_DUMP_KERNELS"));

    internal (string EntryName, string Source) GetOrCompile(
        MethodInfo method, KernelIndexKind indexKind, bool viewsMayAlias)
    {
        string name = KernelCompiler.CacheKey(method, indexKind, viewsMayAlias) + ".cl";
        (string EntryName, string Source) kernel;
        if (folder.TryRead(name) is byte[] stored)
        {
            // The entry's name and the source, on the lines below.
            string text = Encoding.UTF8.GetString(stored);
            int end = text.IndexOf('\n', StringComparison.Ordinal);
            kernel = (text[..end], text[(end + 1)..]);
        }
        else
        {
            CompiledKernel compiled = KernelCompiler.Compile(method, indexKind, viewsMayAlias);
            kernel = (compiled.EntryName, compiled.Source);
            folder.Write(name, Encoding.UTF8.GetBytes($"{kernel.EntryName}\n{kernel.Source}"));
        }
        if (!string.IsNullOrEmpty(dumpFolder))
        {
            string variant = viewsMayAlias ? ".overlapping" : "";
            CacheFolder.TryWriteFile(
                Path.Combine(dumpFolder, $"{kernel.EntryName}{variant}.cl"), Encoding.UTF8.GetBytes(kernel.Source));
        }
        return kernel;
    }
}
