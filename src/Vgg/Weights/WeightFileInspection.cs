using IlgpuStyle.Vgg.Weights.Hdf5;

namespace IlgpuStyle.Vgg.Weights;

/// <summary>One kernel or bias in a weights file.</summary>
/// <param name="Layer">The layer's Keras name.</param>
/// <param name="Part">kernel or bias.</param>
/// <param name="Path">The dataset's path in the file.</param>
/// <param name="Shape">Extents, slowest first.</param>
/// <param name="ElementType">float16, bfloat16, float32 or float64.</param>
/// <param name="Filters">What the data are compressed with, for example shuffle, deflate; empty if not.</param>
/// <param name="Minimum">The least value; NaN where there is no finite one.</param>
/// <param name="Maximum">The greatest value; NaN where there is no finite one.</param>
/// <param name="Rms">Root of the mean square over the finite values.</param>
/// <param name="NotFinite">How many values are NaN or infinite.</param>
public sealed record InspectedDataset(
    string Layer, string Part, string Path, IReadOnlyList<long> Shape, string ElementType,
    IReadOnlyList<string> Filters, float Minimum, float Maximum, double Rms, long NotFinite);

/// <summary>What is in a weights file, and whether it can be used.</summary>
/// <param name="Path">The file.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Md5">Its MD5 sum, lower-case hexadecimal.</param>
/// <param name="Official">The file that Keras publishes, if this is one of them, byte for byte.</param>
/// <param name="Layout">How it is laid out.</param>
/// <param name="Datasets">Kernel and bias of every layer, in the file's order.</param>
/// <param name="Problem">Why it is no usable VGG19, in one sentence; null where it is one.</param>
public sealed record WeightFileInspection(
    string Path, long SizeBytes, string Md5, OfficialWeightFile? Official, KerasLayout Layout,
    IReadOnlyList<InspectedDataset> Datasets, string? Problem)
{
    private const int BlockElements = 4 << 20;

    /// <summary>Reads the whole file, block by block.</summary>
    /// <exception cref="WeightFileException">The file is missing, is no HDF5 file, is damaged, or has none of
    /// Keras's layouts.</exception>
    public static WeightFileInspection Inspect(string path)
    {
        using KerasWeightFile file = KerasWeightFile.Open(path);
        var datasets = new List<InspectedDataset>();
        foreach (string layer in file.LayerNames)
        {
            datasets.Add(InspectDataset(file, layer, isKernel: true));
            datasets.Add(InspectDataset(file, layer, isKernel: false));
        }
        string md5 = OfficialWeightFile.ComputeMd5(path);
        OfficialWeightFile? official = Array.Find(
            [OfficialWeightFile.WithoutTop, OfficialWeightFile.WithTop], known => known.Md5 == md5);
        return new WeightFileInspection(
            path, new FileInfo(path).Length, md5, official, file.Layout, datasets, FindProblem(path));
    }

    private static string? FindProblem(string path)
    {
        try
        {
            _ = VggWeights.Read(path);
            return null;
        }
        catch (WeightFileException problem)
        {
            return problem.Message;
        }
    }

    private static InspectedDataset InspectDataset(KerasWeightFile file, string layer, bool isKernel)
    {
        using Hdf5Dataset dataset = file.OpenUnchecked(layer, isKernel);
        long length = dataset.Length;
        long notFinite = 0;
        float minimum = float.PositiveInfinity;
        float maximum = float.NegativeInfinity;
        double squares = 0;
        if (length > 0)
        {
            int rowsPerBlock = dataset.RowsPerBlock(BlockElements);
            int rowLength = (int)(length / dataset.Shape[0]);
            float[] block = new float[rowsPerBlock * rowLength];
            for (long row = 0; row < dataset.Shape[0]; row += rowsPerBlock)
            {
                Span<float> values = block.AsSpan(0, (int)Math.Min(rowsPerBlock, dataset.Shape[0] - row) * rowLength);
                dataset.ReadRows(row, values);
                foreach (float value in values)
                {
                    if (!float.IsFinite(value))
                    {
                        notFinite++;
                        continue;
                    }
                    minimum = Math.Min(minimum, value);
                    maximum = Math.Max(maximum, value);
                    squares += (double)value * value;
                }
            }
        }
        long finite = length - notFinite;
        return new InspectedDataset(
            layer, isKernel ? "kernel" : "bias", dataset.Path, dataset.Shape, dataset.ElementType, dataset.Filters,
            finite > 0 ? minimum : float.NaN, finite > 0 ? maximum : float.NaN,
            Math.Sqrt(squares / Math.Max(1, finite)), notFinite);
    }
}
