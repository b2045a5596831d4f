using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>The engine's one scratch array for Winograd's products and sums, shared by all layers.</summary>
/// <remarks>Launches run in order, so that a layer may overwrite what the one before has finished with.</remarks>
internal sealed class ConvolutionWorkspace(Engine engine) : IDisposable
{
    private DeviceArray? _array;

    /// <summary>At least so many floats, grown where needed; what they hold is undefined.</summary>
    public ArrayView<float> Reserve(long floats)
    {
        if (_array is null || _array.Length < floats)
        {
            if (_array is not null)
            {
                engine.Synchronize();
                _array.Dispose();
            }
            _array = engine.AllocateArray("convolution workspace", floats);
        }
        return _array.View;
    }

    public void Dispose() => _array?.Dispose();
}
