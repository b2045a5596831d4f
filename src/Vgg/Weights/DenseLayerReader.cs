using IlgpuStyle.Vgg.Weights.Hdf5;

namespace IlgpuStyle.Vgg.Weights;

/// <summary>
/// Reads a layer of VGG19's dense top in blocks of rows, so that its kernel (411 MB for fc1) is never in
/// memory as a whole. The file is the one with the top, of any <see cref="KerasLayout"/>.
/// </summary>
public sealed class DenseLayerReader : IDisposable
{
    /// <summary>16 MiB: large enough to read fast, small beside the network.</summary>
    private const int BlockElements = 4 << 20;

    private readonly KerasWeightFile _file;
    private readonly Hdf5Dataset _kernel;

    private DenseLayerReader(KerasWeightFile file, VggDenseLayer layer)
    {
        _file = file;
        Layer = layer;
        (_kernel, Hdf5Dataset bias) = file.OpenDense(layer);
        using (bias)
            Bias = file.ReadAll(bias, layer.Name, "bias");
        RowsPerBlock = _kernel.RowsPerBlock(BlockElements);
    }

    /// <summary>The layer that is read.</summary>
    public VggDenseLayer Layer { get; }

    /// <summary>One float per output.</summary>
    public float[] Bias { get; }

    /// <summary>
    /// Rows that are read fastest at a time, starting at a multiple of it; the last block may be shorter.
    /// </summary>
    public int RowsPerBlock { get; }

    /// <summary>Opens a dense layer.</summary>
    /// <exception cref="WeightFileException">
    /// The file is no weights file, lacks the layer, or has another shape.
    /// </exception>
    public static DenseLayerReader Open(string path, VggDenseLayer layer)
    {
        KerasWeightFile file = KerasWeightFile.Open(path);
        try
        {
            return new DenseLayerReader(file, layer);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads whole rows of the kernel, row = input, outputs fastest, as many as fill the destination.
    /// </summary>
    /// <exception cref="WeightFileException">The data are damaged or hold a value that is not finite.</exception>
    /// <exception cref="ArgumentException">
    /// The destination is no whole number of rows, or reaches past the end.
    /// </exception>
    public void ReadRows(int firstRow, Span<float> destination)
    {
        (int rows, int rest) = Math.DivRem(destination.Length, Layer.Outputs);
        if (rest != 0 || firstRow < 0 || firstRow + rows > Layer.Inputs)
        {
            throw new ArgumentException(
                $"{destination.Length} values from row {firstRow} are no whole rows of {Layer.Name}, "
                + $"{Layer.Inputs} × {Layer.Outputs}.", nameof(destination));
        }
        _kernel.ReadRows(firstRow, destination);
        FiniteValues.Require(destination, _file.Path, Layer.Name, "kernel");
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _kernel.Dispose();
        _file.Dispose();
    }
}
