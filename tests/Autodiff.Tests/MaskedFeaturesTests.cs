using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

[Collection(TestDevice.Collection)]
public sealed class MaskedFeaturesTests(TestDevice device)
{
    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        using var tape = new Tape(device.Engine);
        Variable x = tape.Input("x", new TensorShape(5, 7, 8), requiresGradient: true);
        Variable mask = tape.Input("mask", new TensorShape(7, 5, 1), requiresGradient: false);
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => MaskedFeatures.Record(tape, "masked", x, mask));
        Assert.Equal("masked: the mask is 7×5×1, but 5×7×1 is needed.", refusal.Message);
    }
}
