using IlgpuStyle.Kernels.Ceiling;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Ceiling;

[Collection(TestDevice.Collection)]
public sealed class FmaCeilingTests(TestDevice device)
{
    /// <summary>
    /// A chain from a takes three steps of a ← a/2 + 1 to a/8 + 7/4; an item's twelve start from its number on.
    /// </summary>
    [Fact]
    public void Every_work_item_sums_its_twelve_chains()
    {
        var ceiling = new FmaCeiling(device.Engine, steps: 3);
        using DeviceArray result = ceiling.AllocateResult();
        ceiling.Launch(result);
        float[] sums = result.ToArray();
        Assert.Equal(2.0 * 12 * 3 * sums.Length, ceiling.Flop);
        for (int i = 0; i < sums.Length; i++)
            Assert.Equal((12 * (i / 16) + 66) / 8f + 21, sums[i]);
    }
}
