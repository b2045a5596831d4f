using IlgpuStyle.App.Errors;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>What <c>features</c> writes: shapes, and layers that follow from one another.</summary>
[Collection(CommandFiles.Collection)]
public sealed class FeaturesCommandTests(CommandFiles files)
{
    [Fact]
    public void A_pool_takes_the_maximum_or_the_average_of_the_layer_before_it()
    {
        NpyFile features = Features("block1_conv2");
        Assert.Equal([33, 46, 64], features.Shape);
        Assert.Contains(features.Values, value => value > 0);
        Assert.DoesNotContain(features.Values, value => value < 0);

        NpyFile maximum = Features("block1_pool");
        NpyFile average = Features("block1_pool", "--pooling", "average");
        // The last row has no pair.
        Assert.Equal([16, 23, 64], maximum.Shape);
        Assert.Equal([16, 23, 64], average.Shape);
        for (int i = 0; i < maximum.Values.Length; i++)
        {
            (int row, int column, int channel) = (i / (23 * 64), i / 64 % 23, i % 64);
            double[] window =
            [
                At(2 * row, 2 * column), At(2 * row, 2 * column + 1),
                At(2 * row + 1, 2 * column), At(2 * row + 1, 2 * column + 1),
            ];
            Assert.Equal(window.Max(), maximum.Values[i]);
            Assert.Equal(window.Average(), average.Values[i], 1e-6 * window.Max());

            double At(int y, int x) => features.Values[(y * 46 + x) * 64 + channel];
        }
    }

    [Fact]
    public void The_deepest_layers_shape_follows_from_five_blocks() =>
        Assert.Equal([2, 2, 512], Features("block5_conv4").Shape);

    /// <summary>A wrong device is told of at once, not when weights have been looked for.</summary>
    [Fact]
    public void The_device_comes_before_the_weights() => CommandLineAssert.Refuses(
        ExitCode.Device, "This machine has no device '99'", "features", "--image", files.Content, "--layer",
        "block1_conv1", "--output", files.PathOf("none.npy"), "--weights", files.PathOf("none.h5"), "--device", "99");

    private NpyFile Features(string layer, params string[] options)
    {
        string path = files.PathOf("features.npy");
        string printed = CommandLineAssert.Succeeds(
            ["features", "--image", files.Content, "--layer", layer, "--output", path, .. files.Network, .. options]);
        Assert.Equal(path + Environment.NewLine, printed);
        return NpyFile.Load(path);
    }
}
