using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// The engine's scratch arrays for Winograd, shared by all layers: one for products and sums, one for a layer's
/// transformed weights where they are not kept.
/// </summary>
/// <remarks>
/// Launches run in order, so that a layer may overwrite what the one before has finished with. Two arrays, since a
/// kernel that is handed one buffer twice cannot be told that its views do not overlap.
/// </remarks>
internal sealed class ConvolutionWorkspace(Engine engine) : IDisposable
{
    private DeviceArray? _sums;
    private DeviceArray? _weights;

    /// <summary>At least so many floats for products and sums, grown where needed; what they hold is open.</summary>
    public ArrayView<float> Reserve(long floats) =>
        Grow(ref _sums, "convolution workspace", floats);

    /// <summary>The same for transformed weights.</summary>
    public ArrayView<float> ReserveWeights(long floats) => Grow(ref _weights, "transformed weights", floats);

    public void Dispose()
    {
        _sums?.Dispose();
        _weights?.Dispose();
    }

    private ArrayView<float> Grow(ref DeviceArray? array, string name, long floats)
    {
        if (array is null || array.Length < floats)
        {
            if (array is not null)
            {
                engine.Synchronize();
                array.Dispose();
            }
            array = engine.AllocateArray(name, floats);
        }
        return array.View;
    }
}

/// <summary>Bytes of <see cref="ConvolutionWorkspace"/>, which serves all layers, each array at its largest.</summary>
/// <param name="SumBytes">Products and sums.</param>
/// <param name="WeightBytes">Transformed weights.</param>
public readonly record struct ConvolutionScratch(long SumBytes, long WeightBytes)
{
    /// <summary>What serves two passes.</summary>
    public ConvolutionScratch Max(ConvolutionScratch other) =>
        new(Math.Max(SumBytes, other.SumBytes), Math.Max(WeightBytes, other.WeightBytes));
}
