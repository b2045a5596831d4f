using ILGPU;

namespace IlgpuStyle.Kernels;

/// <summary>
/// Ones, read at stride 0 in place of factors or a ReLU's mask where there are none: one kernel serves both without a
/// branch.
/// </summary>
internal sealed class Ones : IDisposable
{
    /// <summary>The longest vector that a kernel reads at stride 0.</summary>
    public const int Count = 16;

    private readonly DeviceArray _ones;

    public Ones(Engine engine)
    {
        _ones = engine.AllocateArray("ones", Count);
        float[] ones = new float[Count];
        Array.Fill(ones, 1f);
        _ones.CopyFrom(ones);
    }

    /// <summary>A tensor's values, or ones.</summary>
    public static ArrayView<float> IfNull(Engine engine, Tensor? tensor) =>
        tensor?.View ?? engine.Get(e => new Ones(e))._ones.View;

    /// <summary>What an index into them is multiplied by: 1, or 0 for ones.</summary>
    public static int Stride(Tensor? tensor) => tensor is null ? 0 : 1;

    public void Dispose() => _ones.Dispose();
}
