using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Vgg.Tests;

[Collection(TestDevice.Collection)]
public sealed class VggNetworkTests(TestDevice device)
{
    /// <summary>Relative L2 error of float32 features, up to sixteen convolutions deep: measured up to 7e-7.</summary>
    private const double Tolerance = 3e-6;

    private readonly Engine _engine = device.Engine;

    [Theory]
    [InlineData(Pooling.Max, "max")]
    [InlineData(Pooling.Average, "average")]
    public void Every_layer_agrees_with_the_reference(Pooling pooling, string caseName)
    {
        Fixture expected = Fixture.Open("small_vgg", caseName);
        // Before the first pool both forms are equal, and the reference holds them once.
        string[] layers = [.. Vgg19.Layers.Select(layer => layer.Name)
            .Where(name => pooling == Pooling.Max || !name.StartsWith("block1_conv", StringComparison.Ordinal))];
        using var network = new VggNetwork(_engine, SmallVgg.Weights, new NetworkForm(pooling), layers);
        using var tape = new Tape(_engine);
        NpyFile picture = SmallVgg.Picture("content");
        Variable bgr = tape.Input(
            "picture", new TensorShape(picture.Shape[0], picture.Shape[1], 3), requiresGradient: false);
        var features = new Dictionary<string, Variable>();
        network.Record(tape, bgr, features.Add);
        foreach (Variable variable in features.Values)
            tape.Keep(variable);
        tape.Allocate();
        bgr.Value.CopyFrom(MeanSubtractedBgr(picture));
        tape.Forward();

        foreach (string layer in layers)
        {
            double error = Closeness.RelativeL2(expected[layer].Values, features[layer].Value.ToArray());
            Assert.True(error <= Tolerance, $"{layer}: relative L2 error {error:g3}, {Tolerance:g3} is allowed.");
        }
    }

    [Fact]
    public void The_network_ends_at_the_deepest_layer_asked_for()
    {
        using var network = new VggNetwork(
            _engine, SmallVgg.Weights, new NetworkForm(Pooling.Max), ["block2_conv1", "block1_conv2"]);
        using var tape = new Tape(_engine);
        var features = new Dictionary<string, Variable>();
        network.Record(tape, tape.Input("picture", new TensorShape(9, 8, 3), requiresGradient: true), features.Add);
        Assert.Equal(["block1_conv1", "block1_conv2", "block1_pool", "block2_conv1"],
            tape.Operations.Select(operation => operation.Name));
        Assert.Equal(["block1_conv2", "block2_conv1"], features.Keys);
        Assert.Equal(new TensorShape(4, 4, 12), features["block2_conv1"].Shape);
    }

    [Fact]
    public void A_picture_too_small_for_the_pools_is_refused()
    {
        using var network = new VggNetwork(
            _engine, SmallVgg.Weights, new NetworkForm(Pooling.Average), ["block5_conv1"]);
        using var tape = new Tape(_engine);
        Variable picture = tape.Input("picture", new TensorShape(15, 40, 3), requiresGradient: false);
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => network.Record(tape, picture, (_, _) => { }));
        Assert.Contains("at least 16×16", refusal.Message, StringComparison.Ordinal);
    }

    private static float[] MeanSubtractedBgr(NpyFile rgb) => [.. Enumerable.Range(0, rgb.Values.Length)
        .Select(i => (float)rgb.Values[i - i % 3 + 2 - i % 3] - Preprocess.MeanBgr[i % 3])];
}
