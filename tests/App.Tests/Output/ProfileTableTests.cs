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

    /// <summary>A convolution of 4 FLOP a byte, where memory allows 2000 GFLOP/s, and a copy.</summary>
    [Fact]
    public void Rates_and_shares_are_those_of_a_step_on_the_average()
    {
        LaunchRecord convolution = Records[0] with { FloatingPointOperations = 4e9, Bytes = 1e9 };
        LaunchRecord copy = Records[1] with { FloatingPointOperations = 0, Bytes = 1e8 };
        ProfileTable table = ProfileTable.Create(
            [convolution, copy, convolution with { Duration = TimeSpan.FromMilliseconds(4) }, copy],
            steps: 2, kernel: null, new DeviceCeilings(4000, 500));
        Assert.Equal((2, 4), (table.StepLaunches, table.StepMilliseconds));
        using JsonDocument json = JsonDocument.Parse(table.ToJson());
        AssertNumbers(0, 1, 3, 4000 / 3.0, 1000 / 3.0, 4, 2 / 3.0, 3 / 4.0);
        AssertNumbers(1, 1, 1, 0, 100, 0, 1 / 5.0, 1 / 4.0);

        void AssertNumbers(int kernel, params double[] expected)
        {
            JsonElement row = json.RootElement.GetProperty("kernels")[kernel];
            string[] names =
            [
                "launches", "milliseconds", "gigaflops", "gigabytes_per_second", "flop_per_byte", "of_roof", "of_step",
            ];
            for (int i = 0; i < names.Length; i++)
                Assert.Equal(expected[i], row.GetProperty(names[i]).GetDouble(), 1e-9);
        }
    }

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
