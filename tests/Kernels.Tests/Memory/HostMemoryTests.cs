namespace IlgpuStyle.Kernels.Tests;

public sealed class HostMemoryTests
{
    [Fact]
    public void What_is_available_is_a_part_of_what_there_is()
    {
        Assert.InRange(HostMemory.AvailableBytes, 1 << 20, HostMemory.TotalBytes);
        Assert.InRange(HostMemory.TotalBytes, 64 << 20, 1L << 50);
    }
}
