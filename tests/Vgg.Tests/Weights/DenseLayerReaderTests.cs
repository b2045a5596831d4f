using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg.Tests.Weights;

public sealed class DenseLayerReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 16)]
    [InlineData(1, 17)]
    [InlineData(2, 18)]
    public void Blocks_of_rows_make_up_the_kernel(int dense, int number)
    {
        VggDenseLayer layer = Vgg19.DenseLayers[dense];
        using var reader = DenseLayerReader.Open(WeightFixture.Unpack(_folder, "keras1_top.h5"), layer);

        Assert.Equal(WeightFixture.Bias(number, layer.Outputs), reader.Bias);
        Assert.InRange(reader.RowsPerBlock, 64, layer.Inputs);
        Assert.Equal(0, reader.RowsPerBlock % 64); // the fixture's chunks have 64 rows
        // The first block, one that starts in the middle of a chunk, and the last rows.
        foreach ((int first, int rows) in new[] { (0, 9), (2, 5), (layer.Inputs - 3, 3) })
        {
            float[] read = new float[rows * layer.Outputs];
            Array.Fill(read, float.NaN);
            reader.ReadRows(first, read);
            float[] start = WeightFixture.Kernel(number, 1, 1, 16, layer.Outputs);
            float[] expected = first + rows <= 16
                ? start[(first * layer.Outputs)..((first + rows) * layer.Outputs)]
                : [.. Enumerable.Repeat(number / 64f, read.Length)];
            Assert.True(expected.AsSpan().SequenceEqual(read), $"from row {first}");
        }
    }

    [Fact]
    public void Refuses_rows_that_are_not_there()
    {
        using var reader = DenseLayerReader.Open(
            WeightFixture.Unpack(_folder, "keras1_top.h5"), Vgg19.DenseLayers[2]);

        Assert.Throws<ArgumentException>(() => reader.ReadRows(0, new float[999]));
        Assert.Throws<ArgumentException>(() => reader.ReadRows(4095, new float[2000]));
        Assert.Throws<ArgumentException>(() => reader.ReadRows(-1, new float[1000]));
    }

    [Fact]
    public void A_file_without_the_top_is_named()
    {
        string path = WeightFixture.Unpack(_folder, "keras1.h5");

        WeightFileException refusal = Assert.Throws<WeightFileException>(
            () => DenseLayerReader.Open(path, Vgg19.DenseLayers[0]));

        Assert.Contains($"'{path}' has no layer fc1", refusal.Message, StringComparison.Ordinal);
    }
}
