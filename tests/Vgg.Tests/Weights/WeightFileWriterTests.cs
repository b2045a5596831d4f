using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg.Tests.Weights;

public sealed class WeightFileWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VggWeights _weights = Numbered();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        string path = _folder.File("weights.h5");

        WeightFileWriter.Write(path, _weights);

        VggWeights read = VggWeights.Read(path);
        foreach (LayerWeights convolution in _weights.Convolutions)
        {
            Assert.Equal(convolution.Kernel, read[convolution.Layer.Name].Kernel);
            Assert.Equal(convolution.Bias, read[convolution.Layer.Name].Bias);
        }
        Assert.Equal([path], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Equal_weights_give_equal_bytes()
    {
        WeightFileWriter.Write(_folder.File("first.h5"), _weights);
        Thread.Sleep(1100); // HDF5's times have seconds.
        WeightFileWriter.Write(_folder.File("second.h5"), _weights);

        Assert.True(File.ReadAllBytes(_folder.File("first.h5")).AsSpan()
            .SequenceEqual(File.ReadAllBytes(_folder.File("second.h5"))));
    }

    [Fact]
    public void Replaces_an_older_file()
    {
        string path = _folder.File("weights.h5");
        File.WriteAllText(path, "older");

        WeightFileWriter.Write(path, _weights);

        Assert.Equal(16, VggWeights.Read(path).Convolutions.Count);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_the_disks_fault()
    {
        Directory.CreateDirectory(_folder.File("weights.h5"));

        Assert.Throws<IOException>(() => WeightFileWriter.Write(_folder.File("weights.h5"), _weights));
        Assert.Throws<IOException>(() => WeightFileWriter.Write(_folder.File("missing/weights.h5"), _weights));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Refuses_part_of_a_network()
    {
        var part = new VggWeights([.. _weights.Convolutions.Take(3)]);

        Assert.Throws<ArgumentException>(() => WeightFileWriter.Write(_folder.File("weights.h5"), part));
    }

    private static VggWeights Numbered() => new([.. Vgg19.Convolutions.Select((layer, number) =>
        new LayerWeights(layer,
            WeightFixture.Kernel(number, 3, 3, layer.InputChannels, layer.OutputChannels),
            WeightFixture.Bias(number, layer.OutputChannels)))]);
}
