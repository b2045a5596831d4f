using IlgpuStyle.Kernels.Ceiling;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Ceiling;

[Collection(TestDevice.Collection)]
public sealed class FmaCeilingTests(TestDevice device)
{
    /// <summary>
    /// A chain from a takes three steps of a ← a/2 + 1 to a/8 + 7/4; the n of a sum start from the item's number on.
    /// </summary>
    [Fact]
    public void Every_work_item_sums_its_chains()
    {
        var ceiling = new FmaCeiling(device.Engine, steps: 3);
        using DeviceArray result = ceiling.AllocateResult();
        ceiling.Launch(result);
        float[] sums = result.ToArray();
        int n = ceiling.ChainsInSum;
        Assert.Equal(2.0 * n * 3 * sums.Length, ceiling.Flop);
        for (int i = 0; i < sums.Length; i++)
            Assert.Equal((n * (i / ceiling.Lanes) + n * (n - 1) / 2) / 8f + n * 7 / 4f, sums[i]);
    }
}
