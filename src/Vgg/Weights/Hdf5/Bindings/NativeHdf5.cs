using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HDF.PInvoke;

/// <summary>Finds the system's HDF5 library under the names that distributions give it.</summary>
internal static class NativeHdf5
{
    /// <summary>The library name in every <see cref="DllImportAttribute"/> of this assembly.</summary>
    internal const string Name = "hdf5";

    private static readonly Lazy<nint> Handle = new(Load);

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255",
        Justification = "The resolver must stand before the first call of any H5 class.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(
        typeof(NativeHdf5).Assembly, (name, _, _) => name == Name ? Handle.Value : 0);

    /// <summary>Reads an exported identifier, for example the predefined type H5T_NATIVE_FLOAT_g.</summary>
    internal static unsafe long ReadIdentifier(string export)
    {
        _ = H5.open(); // The library fills its identifiers when it is initialised.
        return *(long*)NativeLibrary.GetExport(Handle.Value, export);
    }

    private static nint Load()
    {
        foreach (string candidate in Candidates())
        {
            if (NativeLibrary.TryLoad(candidate, Assembly.GetExecutingAssembly(), null, out nint library))
            {
                if (HasLongIdentifiers(library))
                    return library;
                NativeLibrary.Free(library);
            }
        }
        throw new DllNotFoundException(
            "The HDF5 library (1.10 or newer) was not found; install it: libhdf5-103 on Debian 12, "
            + "libhdf5-310 on Debian 13, 'hdf5' with Homebrew, or hdf5.dll beside the program on Windows.");
    }

    private static IEnumerable<string> Candidates()
    {
        if (OperatingSystem.IsWindows())
            return ["hdf5.dll", "libhdf5.dll"];
        if (OperatingSystem.IsMacOS())
            return ["libhdf5.dylib", "/opt/homebrew/lib/libhdf5.dylib", "/usr/local/lib/libhdf5.dylib"];
        // Debian and its kin call the serial library libhdf5_serial; ABI numbers 310 (HDF5 1.14), 200 (1.12)
        // and 103 to 100 (1.10). The names without a number belong to development packages.
        string[] numbers = [".so.310", ".so.200", ".so.103", ".so.101", ".so.100", ".so"];
        string[] stems = ["libhdf5_serial", "libhdf5"];
        return from stem in stems from number in numbers select stem + number;
    }

    /// <summary>Identifiers have 64 bits since HDF5 1.10; a 1.8 library must not be called through this API.</summary>
    private static unsafe bool HasLongIdentifiers(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "H5get_libversion", out nint address))
            return false;
        uint major, minor, release;
        var getVersion = (delegate* unmanaged[Cdecl]<uint*, uint*, uint*, int>)address;
        return getVersion(&major, &minor, &release) >= 0 && (major > 1 || minor >= 10);
    }
}
