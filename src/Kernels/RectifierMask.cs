using ILGPU;

namespace IlgpuStyle.Kernels;

/// <summary>
/// What a backward kernel reads to apply ReLU's mask to its contribution: the rectified value itself, or,
/// where the input is not rectified, ones at stride 0.
/// </summary>
/// <remarks>The second form lets one kernel serve both without a branch.</remarks>
internal sealed class RectifierMask : IDisposable
{
    /// <summary>The longest vector that a kernel reads at stride 0.</summary>
    public const int Ones = 16;

    private readonly DeviceArray _ones;

    public RectifierMask(Engine engine)
    {
        _ones = engine.AllocateArray("no rectifier", Ones);
        float[] ones = new float[Ones];
        Array.Fill(ones, 1f);
        _ones.CopyFrom(ones);
    }

    /// <summary>Quads to read for the mask of a tensor's quads, and the stride to its index (1 or 0).</summary>
    public static (ArrayView<F4> Quads, int Stride) Of(Engine engine, Tensor? rectifiedBy)
    {
        (ArrayView<float> values, int stride) = Floats(engine, rectifiedBy);
        return (values.Cast<F4>(), stride);
    }

    /// <summary>The same float by float.</summary>
    public static (ArrayView<float> Values, int Stride) Floats(Engine engine, Tensor? rectifiedBy) =>
        rectifiedBy is null
            ? (engine.Get(e => new RectifierMask(e))._ones.View, 0)
            : (rectifiedBy.View, 1);

    public void Dispose() => _ones.Dispose();
}
