using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Ceiling;

namespace IlgpuStyle.App.Tests;

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
    }

    [Fact]
    public void A_name_of_no_kernel_is_refused_with_those_that_ran() => Assert.Equal(
        "--kernel 'fft' is part of no kernel's name: a step runs ConvolutionForward (direct), GramForward.",
        Assert.Throws<UsageException>(() => Create("fft")).Message);

    private static ProfileTable Create(string kernel) =>
        ProfileTable.Create(Records, steps: 1, kernel, new DeviceCeilings(100, 10));
}
