using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Stb.Native;

/// <summary>
/// Finds a C library under the file names that the systems give it, and says in one sentence when it is missing.
/// </summary>
internal static class NativeLibraryLoader
{
    private static readonly ConcurrentDictionary<string, (string[] FileNames, string Missing)> Libraries = new();

    static NativeLibraryLoader() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraryLoader).Assembly, Resolve);

    /// <summary>Tells where to look for a library that this assembly imports.</summary>
    /// <param name="library">The name in the import declarations.</param>
    /// <param name="fileNames">File names to try, in this order.</param>
    /// <param name="missing">The message of the <see cref="DllNotFoundException"/> when none loads.</param>
    public static void Register(string library, string[] fileNames, string missing) =>
        Libraries[library] = (fileNames, missing);

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (!Libraries.TryGetValue(library, out (string[] FileNames, string Missing) known))
            return 0;
        foreach (string fileName in known.FileNames)
        {
            if (NativeLibrary.TryLoad(fileName, assembly, searchPath, out nint handle))
                return handle;
        }
        throw new DllNotFoundException(known.Missing);
    }
}
