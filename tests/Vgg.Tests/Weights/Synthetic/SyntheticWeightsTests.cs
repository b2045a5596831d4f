using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IlgpuStyle.Vgg.Weights;
using IlgpuStyle.Vgg.Weights.Synthetic;

namespace IlgpuStyle.Vgg.Tests.Weights.Synthetic;

public sealed class SyntheticWeightsTests
{
    /// <summary>The trained network's, as stated for average pooling.</summary>
    private static readonly double[] RmsAfterRelu =
        [45.6, 193.7, 155, 206, 142, 153, 270, 469, 364, 287, 167, 64.5, 25.4, 10.6, 4.5, 1.1];

    private static readonly CalibrationPicture[] Pictures = [Waves(45, 67, 1), Waves(64, 38, 2)];
    private static readonly Lazy<VggWeights> Drawn = new(() => SyntheticWeights.Draw(5, Pictures));

    [Fact]
    public void Has_every_convolution_in_its_shape()
    {
        Assert.Equal(Vgg19.Convolutions, Drawn.Value.Convolutions.Select(convolution => convolution.Layer));
        Assert.All(Drawn.Value.Convolutions, convolution =>
        {
            Assert.Equal(
                9 * convolution.Layer.InputChannels * convolution.Layer.OutputChannels, convolution.Kernel.Length);
            Assert.Equal(convolution.Layer.OutputChannels, convolution.Bias.Length);
            Assert.All(convolution.Kernel, value => Assert.True(float.IsFinite(value)));
        });
    }

    /// <summary>A plain network in double on the weights as they are stored must show what was calibrated.</summary>
    [Fact]
    public void Activations_have_the_trained_networks_size_and_are_half_active()
    {
        var reference = Pictures.Select(DoubleNetwork.FromPicture).ToArray();
        int convolution = 0;
        foreach (VggLayer layer in Vgg19.Layers)
        {
            if (layer.Kind == VggLayerKind.Pool)
            {
                reference = [.. reference.Select(network => network.AveragePool())];
                continue;
            }
            LayerWeights weights = Drawn.Value[layer.Name];
            DoubleNetwork[] linear = [.. reference.Select(network => network.Convolve(weights))];
            for (int channel = 0; channel < layer.OutputChannels; channel++)
            {
                // The bias centres each channel. Calibration ran in float32, and dividing channels of little
                // contrast by their deviation enlarges its rounding layer by layer: up to 3.3e-4 here.
                double[] values = [.. linear.SelectMany(network => network.Channel(channel))];
                double deviation = Math.Sqrt(values.Average(value => value * value));
                double mean = values.Average() / deviation;
                Assert.False(!(Math.Abs(mean) <= 2e-3), $"{layer.Name}, channel {channel}: mean {mean}");
            }
            reference = [.. linear.Select(network => network.Relu())];
            double[] all = [.. reference.SelectMany(network => network.Values)];
            double rms = Math.Sqrt(all.Average(value => value * value));
            Assert.False(
                !(Math.Abs((rms / RmsAfterRelu[convolution]) - 1) <= 1e-4), $"{layer.Name}: RMS {rms}");
            Assert.InRange(all.Count(value => value > 0) / (double)all.Length, 0.35, 0.65);
            convolution++;
        }
    }

    [Fact]
    public void Each_channel_reads_eight_channels_and_the_first_layer_all_three()
    {
        foreach (LayerWeights convolution in Drawn.Value.Convolutions)
        {
            int expected = Math.Min(convolution.Layer.InputChannels, 8);
            for (int output = 0; output < convolution.Layer.OutputChannels; output++)
            {
                int read = Enumerable.Range(0, convolution.Layer.InputChannels)
                    .Count(input => Enumerable.Range(0, 9).Any(tap => Tap(convolution, tap, input, output) != 0));
                Assert.Equal(expected, read);
            }
        }
    }

    /// <summary>The hash was taken on x64 with vectors of 256 bits, 128 bits and none.</summary>
    [Fact]
    public void Same_seed_gives_the_same_bits_everywhere()
    {
        Assert.StartsWith("cecfdf6a0be6bde0c588e98d21e78de2f8c005bf7", Hash(Drawn.Value), StringComparison.Ordinal);
        Assert.NotEqual(Hash(Drawn.Value), Hash(SyntheticWeights.Draw(6, Pictures)));
    }

    [Fact]
    public void Black_pictures_give_finite_weights()
    {
        VggWeights weights = SyntheticWeights.Draw(1, [new CalibrationPicture(32, 32, new float[32 * 32 * 3])]);

        Assert.All(weights.Convolutions, convolution =>
        {
            Assert.All(convolution.Kernel, value => Assert.True(float.IsFinite(value)));
            Assert.All(convolution.Bias, value => Assert.True(float.IsFinite(value)));
        });
    }

    [Fact]
    public void Refuses_unusable_pictures()
    {
        Assert.Throws<ArgumentException>(() => SyntheticWeights.Draw(1, []));
        Assert.Throws<ArgumentException>(() => SyntheticWeights.Draw(1, [Waves(31, 64, 1)]));
        Assert.Throws<ArgumentException>(
            () => SyntheticWeights.Draw(1, [new CalibrationPicture(32, 33, new float[32 * 32 * 3])]));
    }

    /// <summary>
    /// A picture of triangle waves and noise made with integers only, so that it has the same bits everywhere.
    /// </summary>
    private static CalibrationPicture Waves(int height, int width, uint seed)
    {
        float[] rgb = new float[height * width * 3];
        uint noise = seed;
        for (int index = 0; index < rgb.Length; index++)
        {
            (int y, int x) = Math.DivRem(index / 3, width);
            noise = (noise * 1664525) + 1013904223;
            int wave = Math.Abs((((5 * x) + (3 * y) + (17 * (index % 3))) % 64) - 32) * 6;
            rgb[index] = wave + (noise >> 27);
        }
        return new CalibrationPicture(height, width, rgb);
    }

    private static float Tap(LayerWeights convolution, int tap, int input, int output)
    {
        int row = (tap * convolution.Layer.InputChannels) + input;
        return convolution.Kernel[(row * convolution.Layer.OutputChannels) + output];
    }

    private static string Hash(VggWeights weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (LayerWeights convolution in weights.Convolutions)
        {
            hash.AppendData(MemoryMarshal.AsBytes(convolution.Kernel.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(convolution.Bias.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
