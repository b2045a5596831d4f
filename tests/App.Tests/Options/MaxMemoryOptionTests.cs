using IlgpuStyle.App.Options;

namespace IlgpuStyle.App.Tests.Options;

public sealed class MaxMemoryOptionTests
{
    [Fact]
    public void The_number_is_in_mebibytes()
    {
        Assert.Null(MaxMemoryOption.Bytes(null));
        Assert.Equal(3_145_728, MaxMemoryOption.Bytes(3));
        Assert.Equal(2_147_483_647L * 1_048_576, MaxMemoryOption.Bytes(int.MaxValue));
    }
}
