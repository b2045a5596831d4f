using IlgpuStyle.Kernels;

namespace IlgpuStyle.Vgg.Tests;

public sealed class Vgg19Tests
{
    [Theory]
    [InlineData(5700, 5700, true)]
    [InlineData(5792, 5792, false)] // 5792² · 64 is just above 2³¹.
    [InlineData(4080, 8192, true)]
    [InlineData(8192, 8192, false)] // 2³² floats
    [InlineData(16, int.MaxValue, false)]
    public void Pictures_are_as_large_as_32_bit_indices_reach(int height, int width, bool reached)
    {
        Assert.Equal(reached, Vgg19.CanIndex(height, width));
        if (reached)
        {
            // With a rim of one pixel all around, which some recipes repeat.
            Assert.InRange(new TensorShape(height + 2, width + 2, 64).AllocatedLength, 1, int.MaxValue);
        }
    }

    [Theory]
    [InlineData("conv4_2", "block4_conv2")]
    [InlineData("relu1_1", "block1_conv1")]
    [InlineData("pool5", "block5_pool")]
    [InlineData("block3_conv1", "block3_conv1")]
    [InlineData("conv6_1", "conv6_1")]
    [InlineData("relu4_22", "relu4_22")]
    public void Names_of_neural_style_are_known(string name, string expected) =>
        Assert.Equal(expected, Vgg19.KerasName(name));

    [Fact]
    public void A_name_of_no_layer_is_refused_with_those_there_are()
    {
        Assert.Null(Vgg19.Refusal("block5_pool"));
        Assert.StartsWith("VGG19 has no layer 'relu4_5'; its layers are block1_conv1, ", Vgg19.Refusal("relu4_5"));
    }
}
