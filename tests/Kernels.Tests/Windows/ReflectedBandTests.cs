using IlgpuStyle.Kernels.Normalization;
using IlgpuStyle.Kernels.Windows;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Windows;

[Collection(TestDevice.Collection)]
public sealed class ReflectedBandTests : IDisposable
{
    private readonly TestDevice _device;
    private readonly Engine _engine;
    private readonly DeviceClass _ownClass;
    private readonly Random _random = new(31);

    public ReflectedBandTests(TestDevice device)
    {
        _device = device;
        _engine = device.Engine;
        _ownClass = _engine.Class;
    }

    /// <summary>
    /// The map's height, width and channels, doubling, padding, first and number of rows made, the band's first.
    /// </summary>
    public static TheoryData<int, int, int, bool, int, int, int, int, DeviceClass> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, int, bool, int, int, int, int, DeviceClass>();
            foreach (DeviceClass forms in (DeviceClass[])[DeviceClass.Cpu, DeviceClass.Gpu])
            {
                cases.Add(9, 7, 3, false, 0, 2, 4, 1, forms);
                cases.Add(9, 7, 3, false, 4, 0, 17, 0, forms);
                cases.Add(9, 7, 16, false, 1, 4, 3, 2, forms);
                cases.Add(9, 7, 20, true, 1, 0, 3, 0, forms);
                cases.Add(9, 5, 32, true, 2, 16, 6, 5, forms);
                cases.Add(6, 11, 32, true, 0, 3, 5, 1, forms);
                cases.Add(6, 11, 8, false, 4, 9, 5, 1, forms);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_are_those_of_the_padded_map(
        int height, int width, int channels, bool doubled, int padding, int first, int count, int band,
        DeviceClass forms)
    {
        _engine.Class = forms;
        var rows = new BandRows(height, doubled, padding, band, first);
        (float[] map, Tensor input) = Map(height, width, channels, band);
        using Tensor output = _device.Poisoned(Output(width, channels, doubled, padding, count));
        new ReflectedBand(_engine).Launch(input, output, rows);
        input.Dispose();
        Assert.Equal(Expected(map, height, width, channels, rows, output.Shape), output.ToArray());
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void They_are_normalised_on_the_way(
        int height, int width, int channels, bool doubled, int padding, int first, int count, int band,
        DeviceClass forms)
    {
        _engine.Class = forms;
        var rows = new BandRows(height, doubled, padding, band, first);
        (float[] map, Tensor input) = Map(height, width, channels, band);
        int padded = input.Shape.PaddedChannels;
        float[] statistics = new float[InstanceStatistics.Length(input.Shape)];
        float[] scale = _random.Uniform(channels);
        float[] bias = _random.Uniform(channels);
        for (int c = 0; c < channels; c++)
            (statistics[c], statistics[padded + c], statistics[(2 * padded) + c]) = (0.25f, 0.01f * c, 2 + c);
        using Tensor output = _device.Poisoned(Output(width, channels, doubled, padding, count));
        using DeviceArray uploaded = _device.Upload(statistics);
        using DeviceArray uploadedScale = _device.Upload(scale);
        using DeviceArray uploadedBias = _device.Upload(bias);
        foreach (bool rectified in (bool[])[false, true])
        {
            new ReflectedBand(_engine).LaunchNormalized(
                input, output, rows, uploaded, uploadedScale, uploadedBias, rectified);
            double[] expected = Expected(map, height, width, channels, rows, output.Shape)
                .Select((value, i) => ((2 + (i % channels)) * (double)scale[i % channels]
                    * (value - 0.25 - (0.01 * (i % channels)))) + bias[i % channels])
                .Select(value => rectified ? Math.Max(0, value) : value).ToArray();
            Closeness.Close(expected, output.ToArray(), 2 * Closeness.FewOperations);
            BorderTests.AssertBorderIsZero(output);
        }
        input.Dispose();
    }

    [Fact]
    public void A_row_that_the_band_has_not_is_refused()
    {
        using Tensor input = _engine.AllocateTensor("band", new TensorShape(3, 5, 8));
        using Tensor output = _engine.AllocateTensor("output", new TensorShape(4, 7, 8));
        // Rows 2 to 5 of the padded map are rows 1 to 4 of the map.
        Assert.Throws<ArgumentException>(
            () => new ReflectedBand(_engine).Launch(input, output, new BandRows(9, false, 1, 1, 2)));
        Assert.Throws<ArgumentException>(
            () => new ReflectedBand(_engine).Launch(input, output, new BandRows(9, false, 2, 1, 2)));
    }

    public void Dispose() => _engine.Class = _ownClass;

    private static TensorShape Output(int width, int channels, bool doubled, int padding, int count) =>
        new(count, (width * (doubled ? 2 : 1)) + (2 * padding), channels);

    /// <summary>A map of random values, and its rows from one on.</summary>
    private (float[] Values, Tensor Band) Map(int height, int width, int channels, int first)
    {
        float[] values = _random.Uniform(height * width * channels);
        return (values, _device.Upload(
            new TensorShape(height - first, width, channels), values[(first * width * channels)..]));
    }

    private static IEnumerable<float> Expected(
        float[] map, int height, int width, int channels, BandRows rows, TensorShape output)
    {
        int factor = rows.Doubled ? 2 : 1;
        return from row in Enumerable.Range(rows.FirstOutput, output.Height)
               from column in Enumerable.Range(0, output.Width)
               from channel in Enumerable.Range(0, channels)
               let y = Mirrored(row - rows.Padding, height * factor) / factor
               let x = Mirrored(column - rows.Padding, width * factor) / factor
               select map[(((y * width) + x) * channels) + channel];
    }

    private static int Mirrored(int place, int size) =>
        place < 0 ? -place : place >= size ? (2 * (size - 1)) - place : place;
}
