using System.Text.Json;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Output;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Ceiling;

namespace IlgpuStyle.App.Tests.Output;

public sealed class ProfileTableTests
{
    private static readonly LaunchRecord[] Records =
    [
        new("block1_conv1 forward", "ConvolutionForward (direct)", 100, 10, TimeSpan.FromMilliseconds(2)),
        new("style block1_conv1 forward", "GramForward", 50, 20, TimeSpan.FromMilliseconds(1)),
    ];

    [Fact]
    public void Only_kernels_of_the_name_are_shown()
    {
        string table = Create("gram").ToString();
        Assert.Contains("GramForward", table, StringComparison.Ordinal);
        Assert.DoesNotContain("ConvolutionForward", table, StringComparison.Ordinal);
        // The step is all of it, in launches as in time.
        Assert.EndsWith("step: 2 launches, 3.0 ms on the device", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_no_kernel_is_refused_with_those_that_ran() => Assert.Equal(
        "--kernel 'fft' is part of no kernel's name: a step runs ConvolutionForward (direct), GramForward.",
        Assert.Throws<UsageException>(() => Create("fft")).Message);

    [Fact]
    public void Launches_that_the_clock_does_not_see_have_no_rates()
    {
        var ceilings = new DeviceCeilings(100, 10);
        ProfileTable table = ProfileTable.Create(
            [.. Records.Select(record => record with { Duration = TimeSpan.Zero }), Records[0] with { Bytes = 0 }],
            steps: 1, kernel: null, ceilings);
        using JsonDocument json = JsonDocument.Parse(table.ToJson());
        Assert.Equal(0, json.RootElement.GetProperty("kernels")[1].GetProperty("gigaflops").GetDouble());
        Assert.DoesNotContain("NaN", table.ToString(), StringComparison.Ordinal);
        string none = ProfileTable.Create(
            [Records[0] with { Duration = TimeSpan.Zero, Bytes = 0 }], steps: 1, kernel: null, ceilings).ToJson();
        Assert.Contains("\"of_step\": 0", none, StringComparison.Ordinal);
    }

    private static ProfileTable Create(string kernel) =>
        ProfileTable.Create(Records, steps: 1, kernel, new DeviceCeilings(100, 10));
}
