using System.Text;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Text;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Ceiling;

namespace IlgpuStyle.App.Output;

/// <summary>What one kernel does for one operation in a step, averaged over the steps.</summary>
/// <param name="Operation">Layer and direction, e.g. "block1_conv2 backward".</param>
/// <param name="Kernel">The launcher and its form.</param>
/// <param name="Launches">Launches a step.</param>
/// <param name="Milliseconds">Device time a step.</param>
/// <param name="FloatingPointOperations">FLOP a step.</param>
/// <param name="Bytes">Least memory traffic a step.</param>
internal sealed record ProfileRow(
    string Operation, string Kernel, double Launches, double Milliseconds, double FloatingPointOperations, double Bytes)
{
    /// <summary>GFLOP/s; 0 where the device's clock saw no time pass.</summary>
    public double Gigaflops => Ratio(FloatingPointOperations / 1e6, Milliseconds);

    /// <summary>GB/s (10⁹); 0 where the device's clock saw no time pass.</summary>
    public double GigabytesPerSecond => Ratio(Bytes / 1e6, Milliseconds);

    /// <summary>FLOP per byte.</summary>
    public double Intensity => Ratio(FloatingPointOperations, Bytes);

    /// <summary>
    /// The fraction of what the roofline allows at this intensity; of the memory roof alone where nothing is computed.
    /// </summary>
    public double OfRoof(DeviceCeilings ceilings) => FloatingPointOperations == 0
        ? GigabytesPerSecond / ceilings.GigabytesPerSecond
        : Ratio(Gigaflops, ceilings.Roof(Intensity));

    /// <summary>The fraction of a step's time.</summary>
    public double OfStep(double stepMilliseconds) => Ratio(Milliseconds, stepMilliseconds);

    private static double Ratio(double value, double unit) => unit == 0 ? 0 : value / unit;
}

/// <summary>The launches of some steps as a table: one row an operation and kernel, in order of launch.</summary>
/// <param name="Ceilings">What the device can do at most.</param>
/// <param name="Rows">The rows.</param>
/// <param name="StepLaunches">Launches of a step, also of kernels that are not shown.</param>
/// <param name="StepMilliseconds">Device time of a step, likewise.</param>
internal sealed record ProfileTable(
    DeviceCeilings Ceilings, IReadOnlyList<ProfileRow> Rows, double StepLaunches, double StepMilliseconds)
{
    /// <summary>Sums up launches.</summary>
    /// <param name="records">The launches of all steps.</param>
    /// <param name="steps">How many steps there were.</param>
    /// <param name="kernel">Show only kernels whose name contains this; null for all.</param>
    /// <param name="ceilings">What the device can do at most.</param>
    /// <exception cref="UsageException">No kernel's name contains it.</exception>
    public static ProfileTable Create(
        IReadOnlyList<LaunchRecord> records, int steps, string? kernel, DeviceCeilings ceilings)
    {
        ProfileRow[] rows = [.. records
            .GroupBy(record => (record.Operation, record.Kernel))
            .Select(group => new ProfileRow(
                group.Key.Operation,
                group.Key.Kernel,
                (double)group.Count() / steps,
                group.Sum(record => record.Duration.TotalMilliseconds) / steps,
                group.Sum(record => record.FloatingPointOperations) / steps,
                group.Sum(record => record.Bytes) / steps))];
        ProfileRow[] shown = [.. rows.Where(row =>
            kernel is null || row.Kernel.Contains(kernel, StringComparison.OrdinalIgnoreCase))];
        if (shown.Length == 0)
        {
            IEnumerable<string> names = rows.Select(row => row.Kernel).Distinct();
            throw new UsageException(
                $"--kernel '{kernel}' is part of no kernel's name: a step runs {string.Join(", ", names)}.");
        }
        return new ProfileTable(
            ceilings, shown, rows.Sum(row => row.Launches), rows.Sum(row => row.Milliseconds));
    }

    /// <summary>The table for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            $"ceilings: {Ceilings.Gigaflops:F0} GFLOP/s (multiply-adds on registers), "
            + $"{Ceilings.GigabytesPerSecond:F1} GB/s (copy)");
        text.AppendLine(
            $"{"operation",-32}{"kernel",-44}{"launches",8}{"ms",10}{"GFLOP/s",9}{"GB/s",8}{"FLOP/B",8}{"roof",7}"
            + $"{"step",7}");
        foreach (ProfileRow row in Rows)
        {
            text.AppendLine(
                $"{row.Operation,-32}{row.Kernel,-44}{row.Launches,8:0.##}{row.Milliseconds,10:F3}{row.Gigaflops,9:F1}"
                + $"{row.GigabytesPerSecond,8:F1}{row.Intensity,8:F1}{row.OfRoof(Ceilings),7:P0}"
                + $"{row.OfStep(StepMilliseconds),7:P1}");
        }
        text.AppendLine("by kernel:");
        foreach (ProfileRow kernel in Rows
            .GroupBy(row => row.Kernel)
            .Select(group => new ProfileRow(
                "",
                group.Key,
                group.Sum(row => row.Launches),
                group.Sum(row => row.Milliseconds),
                group.Sum(row => row.FloatingPointOperations),
                group.Sum(row => row.Bytes)))
            .OrderByDescending(kernel => kernel.Milliseconds))
        {
            text.AppendLine(
                $"{"",-32}{kernel.Kernel,-44}{kernel.Launches,8:0.##}{kernel.Milliseconds,10:F3}"
                + $"{kernel.Gigaflops,9:F1}{kernel.GigabytesPerSecond,8:F1}{"",15}"
                + $"{kernel.OfStep(StepMilliseconds),7:P1}");
        }
        text.Append($"step: {StepLaunches:0.##} launches, {StepMilliseconds:F1} ms on the device");
        return text.ToString();
    }

    /// <summary>The table for programs.</summary>
    public string ToJson() => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("ceilings");
        json.WriteNumber("gigaflops", Ceilings.Gigaflops);
        json.WriteNumber("gigabytes_per_second", Ceilings.GigabytesPerSecond);
        json.WriteEndObject();
        json.WriteNumber("step_milliseconds", StepMilliseconds);
        json.WriteStartArray("kernels");
        foreach (ProfileRow row in Rows)
        {
            json.WriteStartObject();
            json.WriteString("operation", row.Operation);
            json.WriteString("kernel", row.Kernel);
            json.WriteNumber("launches", row.Launches);
            json.WriteNumber("milliseconds", row.Milliseconds);
            json.WriteNumber("gigaflops", row.Gigaflops);
            json.WriteNumber("gigabytes_per_second", row.GigabytesPerSecond);
            json.WriteNumber("flop_per_byte", row.Intensity);
            json.WriteNumber("of_roof", row.OfRoof(Ceilings));
            json.WriteNumber("of_step", row.OfStep(StepMilliseconds));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
