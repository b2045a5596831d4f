using ILGPU;

namespace IlgpuStyle.Kernels;

/// <summary>
/// What a backward kernel reads to apply ReLU's mask to its contribution: the rectified value itself, or,
/// where the input is not rectified, one quad of ones at stride 0.
/// </summary>
/// <remarks>The second form lets one kernel serve both without a branch.</remarks>
internal sealed class RectifierMask : IDisposable
{
    private readonly DeviceArray _ones;

    public RectifierMask(Engine engine)
    {
        _ones = engine.AllocateArray("no rectifier", 4);
        _ones.CopyFrom([1, 1, 1, 1]);
    }

    /// <summary>Quads to read for the mask of a tensor's quads, and the stride to its index (1 or 0).</summary>
    public static (ArrayView<F4> Quads, int Stride) Of(Engine engine, Tensor? rectifiedBy) =>
        rectifiedBy is null
            ? (engine.Get(e => new RectifierMask(e))._ones.View.Cast<F4>(), 0)
            : (rectifiedBy.View.Cast<F4>(), 1);

    public void Dispose() => _ones.Dispose();
}
