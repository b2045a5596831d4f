namespace IlgpuStyle.App.Tests.Commands;

public sealed class ProfileCommandTests
{
    [Fact]
    public void An_unknown_architecture_is_refused() => CommandLineAssert.Refuses(
        ExitCode.Usage, "--arch: Unknown architecture 'gfx90a': use sm_75 or later, such as sm_80 or sm_90.",
        "profile", "--emit-ptx", "unused", "--arch", "gfx90a");
}
