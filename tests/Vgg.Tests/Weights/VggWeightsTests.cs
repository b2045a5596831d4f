using System.Diagnostics;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg.Tests.Weights;

public sealed class VggWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("keras1.h5")] // float32, gzip and shuffle, fixed strings
    [InlineData("keras1_top.h5")] // with the dense layers
    [InlineData("keras2.h5")] // float16, variable strings, split layer_names0 and layer_names1
    [InlineData("whole_model.h5")] // float64, below /model_weights, newest HDF5 structures
    [InlineData("big_endian.h5")] // float16, most significant byte first
    [InlineData("keras3.weights.h5")] // numbered groups
    [InlineData("keras3_named.weights.h5")] // numbered backwards: the names on vars decide
    [InlineData("keras2.weights.h5")] // the numbered groups' older place
    public void Every_layout_gives_the_same_numbers(string fixture)
    {
        VggWeights weights = VggWeights.Read(WeightFixture.Unpack(_folder, fixture));

        Assert.Equal(16, weights.Convolutions.Count);
        for (int number = 0; number < 16; number++)
        {
            VggLayer layer = Vgg19.Convolutions[number];
            LayerWeights read = weights[layer.Name];
            Assert.Same(read, weights.Convolutions[number]);
            Assert.Same(layer, read.Layer);
            Assert.True(
                WeightFixture.Kernel(number, 3, 3, layer.InputChannels, layer.OutputChannels).AsSpan()
                    .SequenceEqual(read.Kernel), layer.Name);
            Assert.Equal(WeightFixture.Bias(number, layer.OutputChannels), read.Bias);
        }
    }

    [Theory]
    [InlineData("block1_conv1", 1)]
    [InlineData("block2_pool", 4)]
    [InlineData("block3_conv3", 7)] // layer_missing.h5 lacks the next one, and nobody minds
    public void Reads_only_what_is_needed(string upToLayer, int convolutions)
    {
        VggWeights weights = VggWeights.Read(WeightFixture.Unpack(_folder, "layer_missing.h5"), upToLayer);

        Assert.Equal(convolutions, weights.Convolutions.Count);
        Assert.Throws<ArgumentException>(() => weights["block5_conv1"]);
    }

    [Theory]
    [InlineData("layer_missing.h5", "has no layer block3_conv4")]
    [InlineData("wrong_shape.h5", "the kernel of layer block2_conv1 is 3×3×64×127 where 3×3×64×128 (height × width")]
    [InlineData("wrong_bias.h5", "the bias of layer block2_conv1 is 127 where 128 (output channels) is needed.")]
    [InlineData("theano.h5", "block1_conv1 is 64×3×3×3, Theano's order (output × input channels × height × width)")]
    [InlineData("not_finite.h5", "the kernel of layer block4_conv2 holds NaN or infinity")]
    [InlineData("integers.h5", "dataset /block1_conv1/W holds no floating-point numbers; save the weights as float16")]
    [InlineData("no_layout.h5", "has none of Keras's layouts")]
    public void Refuses_wrong_contents(string fixture, string complaint)
    {
        string path = WeightFixture.Unpack(_folder, fixture);

        AssertRefused(path, complaint);
    }

    [Fact]
    public void Refuses_a_missing_file() => AssertRefused(_folder.File("none.h5"), "does not exist");

    [Fact]
    public void Refuses_a_file_in_a_missing_folder() => AssertRefused(_folder.File("none/none.h5"), "does not exist");

    [Fact]
    public void Refuses_a_directory() => AssertRefused(_folder.Path, "is a folder");

    [Fact]
    public void Refuses_a_pipe()
    {
        string path = _folder.File("pipe.h5");
        using Process mkfifo = Process.Start("mkfifo", path);
        mkfifo.WaitForExit();
        // Whoever opens a pipe waits for its other end.
        using FileStream writer = File.Open(path, FileMode.Open, FileAccess.ReadWrite);

        AssertRefused(path, "cannot be read");
    }

    [Fact]
    public void Refuses_text()
    {
        string path = _folder.File("text.h5");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("These are no weights. ", 1000)));

        AssertRefused(path, "is not an HDF5 file");
    }

    [Fact]
    public void Refuses_an_empty_file()
    {
        string path = _folder.File("empty.h5");
        File.WriteAllBytes(path, []);

        AssertRefused(path, "is not an HDF5 file");
    }

    [Theory]
    [InlineData("keras1.h5", 30)] // within the superblock
    [InlineData("keras1.h5", 2000)]
    [InlineData("keras1.h5", 60000)]
    [InlineData("whole_model.h5", 20000)] // superblock of another version
    public void Refuses_a_truncated_file(string fixture, int length)
    {
        string path = WeightFixture.Unpack(_folder, fixture);
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(length);

        AssertRefused(path, $"is truncated: it holds {length}");
    }

    [Fact]
    public void Refuses_damaged_structures()
    {
        string path = WeightFixture.Unpack(_folder, "keras1.h5");
        byte[] bytes = File.ReadAllBytes(path);
        Array.Fill(bytes, (byte)0xA5, 96, bytes.Length - 96); // all but the superblock
        File.WriteAllBytes(path, bytes);

        AssertRefused(path, "damaged");
    }

    [Fact]
    public void Refuses_damaged_compressed_data()
    {
        string path = WeightFixture.Unpack(_folder, "keras1.h5");
        byte[] bytes = File.ReadAllBytes(path);
        int zlib = IndexOfFirstCompressedChunk(bytes);
        Array.Fill(bytes, (byte)0xFF, zlib, 40);
        File.WriteAllBytes(path, bytes);

        AssertRefused(path, "is damaged: dataset /block");
    }

    [Fact]
    public void Names_an_unknown_layer()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => VggWeights.Read(_folder.File("none.h5"), "block6_conv1"));

        Assert.Contains("'block6_conv1'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("block5_pool", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_from_several_threads_at_once()
    {
        string path = WeightFixture.Unpack(_folder, "keras2.h5");

        VggWeights[] read = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => VggWeights.Read(path, "block2_conv2"))));

        Assert.All(
            read, weights => Assert.Equal(WeightFixture.Kernel(3, 3, 3, 128, 128), weights["block2_conv2"].Kernel));
    }

    private static void AssertRefused(string path, string complaint)
    {
        WeightFileException refusal = Assert.Throws<WeightFileException>(() => VggWeights.Read(path));
        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"'{path}'", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    /// <summary>zlib streams at level 4, h5py's, start with 78 5E.</summary>
    private static int IndexOfFirstCompressedChunk(byte[] bytes)
    {
        int index = bytes.AsSpan().IndexOf("x^"u8);
        Assert.True(index > 0);
        return index;
    }
}
