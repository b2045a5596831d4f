namespace IlgpuStyle.FastStyle.Tests;

public sealed class StyleNetworkTests
{
    [Theory]
    [InlineData(16, 3, 276_675)]
    [InlineData(16, 5, 424_899)]
    [InlineData(32, 5, 1_679_235)]
    public void The_network_has_the_parameters_of_the_published_one(int width, int blocks, int parameters) =>
        Assert.Equal(
            parameters, StyleNetwork.Create([width, 2 * width, 4 * width], blocks, seed: 1).Parameters);

    [Fact]
    public void Channels_are_three_multiples_of_8()
    {
        foreach (int[] channels in (int[][])[[8, 16], [8, 16, 20], [0, 8, 8], [8, 8, 8, 8]])
            Assert.Throws<ArgumentException>(() => StyleNetwork.Create(channels, 1, seed: 1));
    }

    [Fact]
    public void Weights_are_uniform_within_their_bound_and_belong_to_the_seed()
    {
        float[] weights = WeightsOf(1);
        Assert.Equal(weights, WeightsOf(1));
        Assert.NotEqual(weights, WeightsOf(2));
        double bound = 1 / Math.Sqrt(64 * 9);
        Assert.All(weights, weight => Assert.InRange(weight, -bound, bound));
        Assert.InRange(weights.Max(), 0.99 * bound, bound);
        Assert.InRange(weights.Average() / bound, -0.02, 0.02);

        static float[] WeightsOf(int seed) => StyleNetwork.Create([16, 32, 64], 3, seed).Layers
            .OfType<ConvolutionLayer>().Single(layer => layer.Name == "residual2.conv1").Weights;
    }

    [Fact]
    public void A_layer_that_does_not_fit_is_named()
    {
        var convolution = new ConvolutionLayer("a", Layer.Picture, 3, 3, 1, 1, new float[9], new float[3]);
        Refused("'a' has 9 weights and 3 biases for 3×3×3×3", convolution with { Kernel = 3 });
        Refused("'a' reads 4 channels of 3", convolution with { InputChannels = 4 });
        Refused("'a' reads layer 0, which does not come before it", convolution with { Input = 0 });
        Refused("'n' has 2 scales and 3 biases for 3 channels",
            convolution, new InstanceNormalizationLayer("n", 0, new float[2], new float[3], 1e-5f));
        Refused("'b' adds 3 and 1 channels",
            convolution, new ConvolutionLayer("c", 0, 3, 1, 1, 1, new float[3], new float[1]),
            new AdditionLayer("b", 0, 1));
        Refused("'c' is the last and has 1 channels, not the 3 of a picture",
            new ConvolutionLayer("c", Layer.Picture, 3, 1, 1, 1, new float[3], new float[1]));
    }

    private static void Refused(string reason, params Layer[] layers) => Assert.Contains(
        reason,
        Assert.Throws<ArgumentException>(() => new StyleNetwork(layers, new Dictionary<string, string>())).Message,
        StringComparison.Ordinal);
}
