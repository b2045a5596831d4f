using IlgpuStyle.Vgg.Weights;
using IlgpuStyle.Vgg.Weights.Hdf5;

namespace IlgpuStyle.Vgg.Tests.Weights;

public sealed class WeightFileInspectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("keras1.h5", KerasLayout.Keras1, "float32", "shuffle,deflate")]
    [InlineData("keras2.h5", KerasLayout.Keras2Weights, "float16", "shuffle,deflate")]
    [InlineData("whole_model.h5", KerasLayout.WholeModel, "float64", "shuffle,deflate")]
    [InlineData("keras3_named.weights.h5", KerasLayout.NumberedLayers, "float32", "shuffle,deflate")]
    public void Says_layout_types_shapes_and_ranges(string fixture, KerasLayout layout, string type, string filters)
    {
        string path = WeightFixture.Unpack(_folder, fixture);

        WeightFileInspection inspection = WeightFileInspection.Inspect(path);

        Assert.Equal(path, inspection.Path);
        Assert.Equal(new FileInfo(path).Length, inspection.SizeBytes);
        Assert.Equal(layout, inspection.Layout);
        Assert.Null(inspection.Problem);
        Assert.Null(inspection.Official);
        Assert.Equal(32, inspection.Datasets.Count);
        InspectedDataset kernel = inspection.Datasets.Single(
            dataset => dataset is { Layer: "block2_conv1", Part: "kernel" });
        Assert.Equal([3, 3, 64, 128], kernel.Shape);
        Assert.Equal(type, kernel.ElementType);
        Assert.Equal(filters, string.Join(',', kernel.Filters));
        float[] expected = WeightFixture.Kernel(2, 3, 3, 64, 128);
        Assert.Equal(expected.Min(), kernel.Minimum);
        Assert.Equal(expected.Max(), kernel.Maximum);
        Assert.Equal(Math.Sqrt(expected.Average(value => (double)value * value)), kernel.Rms, 12);
        Assert.Equal(0, kernel.NotFinite);
    }

    [Fact]
    public void Tells_the_dense_top()
    {
        WeightFileInspection inspection = WeightFileInspection.Inspect(WeightFixture.Unpack(_folder, "keras1_top.h5"));

        Assert.Equal(38, inspection.Datasets.Count);
        InspectedDataset fc2 = inspection.Datasets.Single(dataset => dataset is { Layer: "fc2", Part: "kernel" });
        Assert.Equal([4096, 4096], fc2.Shape);
        Assert.Equal(17 / 64f, fc2.Maximum);
    }

    [Theory]
    [InlineData("theano.h5", "Theano's order")]
    [InlineData("not_finite.h5", "holds NaN or infinity")]
    [InlineData("layer_missing.h5", "has no layer block3_conv4")]
    public void Says_why_a_file_cannot_be_used(string fixture, string problem)
    {
        WeightFileInspection inspection = WeightFileInspection.Inspect(WeightFixture.Unpack(_folder, fixture));

        Assert.Contains(problem, inspection.Problem, StringComparison.Ordinal);
        Assert.Equal(fixture == "not_finite.h5" ? 1 : 0, inspection.Datasets.Sum(dataset => dataset.NotFinite));
    }

    /// <summary>The sum was taken with md5sum.</summary>
    [Fact]
    public void Computes_the_md5_sum()
    {
        string path = _folder.File("text");
        File.WriteAllText(path, "stylised");

        Assert.Equal("c959e72367667323264ea1776ab99723", OfficialWeightFile.ComputeMd5(path));
    }

    [Fact]
    public void Values_that_are_not_finite_are_counted_and_left_out()
    {
        string path = _folder.File("few.h5");
        using (var writer = new Hdf5Writer(path))
        {
            writer.WriteStrings("/", "layer_names", ["block1_conv1"]);
            writer.CreateGroup("/block1_conv1");
            writer.WriteStrings("/block1_conv1", "weight_names", ["kernel", "bias"]);
            writer.WriteFloats(
                "/block1_conv1/kernel", [3, float.NaN, -4, float.PositiveInfinity, float.NegativeInfinity, 0], 3, 2);
            writer.WriteFloats("/block1_conv1/bias", [float.NaN], 1);
            writer.Complete();
        }

        IReadOnlyList<InspectedDataset> datasets = WeightFileInspection.Inspect(path).Datasets;

        Assert.Equal(
            (-4, 3, Math.Sqrt(25 / 3.0), 3),
            (datasets[0].Minimum, datasets[0].Maximum, datasets[0].Rms, datasets[0].NotFinite));
        Assert.Equal(
            (float.NaN, float.NaN, 0, 1),
            (datasets[1].Minimum, datasets[1].Maximum, datasets[1].Rms, datasets[1].NotFinite));
    }

    [Fact]
    public void Refuses_a_single_number_where_a_kernel_should_be()
    {
        string path = _folder.File("scalar.h5");
        using (var writer = new Hdf5Writer(path))
        {
            writer.WriteStrings("/", "layer_names", ["block1_conv1"]);
            writer.CreateGroup("/block1_conv1");
            writer.WriteStrings("/block1_conv1", "weight_names", ["kernel", "bias"]);
            writer.WriteFloats("/block1_conv1/kernel", [1f]);
            writer.WriteFloats("/block1_conv1/bias", [1f], 1);
            writer.Complete();
        }

        WeightFileException failure = Assert.Throws<WeightFileException>(() => WeightFileInspection.Inspect(path));

        Assert.Contains("dataset /block1_conv1/kernel is a single number", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_is_no_weights_file()
    {
        Assert.Throws<WeightFileException>(() => WeightFileInspection.Inspect(_folder.Path));
        Assert.Throws<WeightFileException>(() => WeightFileInspection.Inspect(_folder.File("none.h5")));
    }
}
