using System.Globalization;

namespace IlgpuStyle.Kernels;

/// <summary>The machine's memory, or the part of it that a container's limits leave to this process.</summary>
/// <remarks>
/// On Linux from /proc/meminfo and from the limits of the process's control groups, both versions; elsewhere as .NET
/// sees it.
/// </remarks>
public static class HostMemory
{
    /// <summary>Memory of the process's group, which others in it share, in bytes.</summary>
    public static long TotalBytes => Groups().Select(group => group.Limit).Append(Machine().Total).Min();

    /// <summary>What this process may still take without others giving way, in bytes.</summary>
    public static long AvailableBytes => Math.Max(
        0, Groups().Select(group => group.Limit - group.Used).Append(Machine().Available).Min());

    private static (long Total, long Available) Machine()
    {
        (long Total, long Available) known = (0, 0);
        try
        {
            foreach (string line in File.ReadLines("/proc/meminfo"))
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words[0] == "MemTotal:")
                    known.Total = Number(words[1]) << 10;
                if (words[0] == "MemAvailable:")
                    known.Available = Number(words[1]) << 10;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another system.
        }
        if (known is { Total: > 0, Available: > 0 })
            return known;
        GCMemoryInfo seen = GC.GetGCMemoryInfo();
        return (seen.TotalAvailableMemoryBytes, seen.TotalAvailableMemoryBytes - seen.MemoryLoadBytes);
    }

    /// <summary>The limits above this process, where there are any; what the system can drop is not used.</summary>
    private static IEnumerable<(long Limit, long Used)> Groups()
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines("/proc/self/cgroup");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (string[] parts in lines.Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3))
        {
            bool isVersion2 = parts[1].Length == 0;
            if (!isVersion2 && !parts[1].Split(',').Contains("memory"))
                continue;
            string root = isVersion2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
            // In a container the path may be the host's, where the limit is at the root.
            for (string path = parts[2]; ; path = Path.GetDirectoryName(path) ?? "/")
            {
                string folder = root + path.TrimEnd('/');
                long? limit = Read($"{folder}/{(isVersion2 ? "memory.max" : "memory.limit_in_bytes")}");
                long? used = Read($"{folder}/{(isVersion2 ? "memory.current" : "memory.usage_in_bytes")}");
                if (limit is < long.MaxValue / 2 && used is { } bytes)
                {
                    yield return (limit.Value, bytes - Droppable(
                        $"{folder}/memory.stat", isVersion2 ? "inactive_file" : "total_inactive_file"));
                }
                if (path.Length <= 1)
                    break;
            }
        }
    }

    private static long Droppable(string path, string key)
    {
        try
        {
            string? line = File.ReadLines(path).FirstOrDefault(
                line => line.StartsWith($"{key} ", StringComparison.Ordinal));
            return line is null ? 0 : Number(line[(key.Length + 1)..]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>A file's number; null where there is none or it is "max".</summary>
    private static long? Read(string path)
    {
        try
        {
            return long.TryParse(
                File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                ? value
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
