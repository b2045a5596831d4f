using System.CommandLine;

namespace IlgpuStyle.App.Options;

/// <summary><c>--max-memory</c>.</summary>
internal static class MaxMemoryOption
{
    public static Option<int?> Create() => Numbers.Whole(
        "--max-memory",
        "Device memory to take at most, in MiB; a run that needs more recomputes activations instead of keeping them. "
            + "Default: all that the device has.",
        least: 1);

    /// <summary>The limit in bytes; null for none.</summary>
    public static long? Bytes(int? mebibytes) => mebibytes is { } given ? (long)given << 20 : null;
}
