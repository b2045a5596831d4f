using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// The engine's scratch arrays for Winograd, shared by all layers: one for products and sums, one for a layer's
/// transformed weights where they are not kept.
/// </summary>
/// <remarks>
/// Launches run in order, so that a layer may overwrite what the one before has finished with. Two arrays, since the
/// weights are reserved within a pass, while its products and sums are in use.
/// </remarks>
internal sealed class ConvolutionWorkspace(Engine engine) : IDisposable
{
    private const string SumsName = "convolution workspace";
    private const string WeightsName = "transformed weights";

    private DeviceArray? _sums;
    private DeviceArray? _weights;

    /// <summary>At least so many floats for products and sums, grown where needed; what they hold is open.</summary>
    public ArrayView<float> Reserve(long floats) =>
        Grow(ref _sums, SumsName, floats);

    /// <summary>The same for transformed weights.</summary>
    public ArrayView<float> ReserveWeights(long floats) => Grow(ref _weights, WeightsName, floats);

    public void Dispose()
    {
        _sums?.Dispose();
        _weights?.Dispose();
    }

    /// <summary>The needs of one pass.</summary>
    /// <param name="sumFloats">Products and sums.</param>
    /// <param name="weightFloats">Transformed weights.</param>
    public static IEnumerable<SharedScratch> Needs(long sumFloats, long weightFloats) =>
        [new(SumsName, sizeof(float) * sumFloats), new(WeightsName, sizeof(float) * weightFloats)];

    private ArrayView<float> Grow(ref DeviceArray? array, string name, long floats)
    {
        if (array is null || array.Length < floats)
        {
            if (array is not null)
            {
                engine.Synchronize();
                array.Dispose();
                array = null;
            }
            array = engine.AllocateArray(name, floats);
        }
        return array.View;
    }
}
