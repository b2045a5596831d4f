using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Tests.Commands;

public sealed class ProfileCommandTests
{
    [Fact]
    public void An_unknown_architecture_is_refused() => CommandLineAssert.Refuses(
        ExitCode.Usage, "--arch: Unknown architecture 'gfx90a': use sm_75 or later, such as sm_80 or sm_90.",
        "profile", "--emit-ptx", "unused", "--arch", "gfx90a");

    [Fact]
    public void A_recipe_that_starts_from_a_picture_is_profiled_like_any() => Assert.Contains(
        "\"kernel\": ",
        CommandLineAssert.Succeeds("profile", "--size", "16", "--json", "--set", "start.kind=picture", "--device", CommandFiles.Device),
        StringComparison.Ordinal);

    [Fact]
    public void A_loss_that_diverges_can_be_timed() => Assert.Contains(
        "\"kernel\": ",
        CommandLineAssert.Succeeds(
            "profile", "--size", "16", "--json", "--iterations", "20", "--set", "learning_rate.initial=1e30", "--device",
            CommandFiles.Device),
        StringComparison.Ordinal);

    [Fact]
    public void Only_what_a_step_hangs_on_can_be_chosen()
    {
        string help = CommandLineAssert.Succeeds("profile", "--help");
        Assert.Contains("Steps that are averaged", help, StringComparison.Ordinal);
        Assert.DoesNotContain("--learning-rate", help, StringComparison.Ordinal);
        Assert.DoesNotContain("--coarsest", help, StringComparison.Ordinal);
    }
}
