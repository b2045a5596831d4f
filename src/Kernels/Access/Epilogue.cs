using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels;

/// <summary>
/// How a fused kernel stores a sum s: output = old + (x &gt; 0 ? max(s + bias, floor) : 0), which without branches
/// serves the forward pass (old and mask absent) and the backward pass (bias and floor absent).
/// </summary>
/// <remarks>
/// An absent mask is read at stride 0 from <see cref="Ones"/>, an absent old value at stride 0 from the output's own
/// border, which is zero: the poison of an unwritten buffer never enters. A NaN sum stays NaN.
/// </remarks>
internal readonly struct Epilogue
{
    private readonly float _floor;
    private readonly int _maskStride;
    private readonly int _oldStride;

    /// <param name="rectify">Whether the floor is 0.</param>
    /// <param name="rectifiedBy">The value whose mask is read, or null for none.</param>
    /// <param name="write">Assign or add.</param>
    public Epilogue(bool rectify, Tensor? rectifiedBy, GradientWrite write)
    {
        _floor = rectify ? 0f : float.NegativeInfinity;
        _maskStride = Ones.Stride(rectifiedBy);
        _oldStride = write == GradientWrite.Add ? 1 : 0;
    }

    /// <summary>Stores sixteen sums at an index in units of sixteen floats.</summary>
    public void Store(ArrayView<F16> output, int index, F16 sum, F16 bias, ArrayView<F16> mask) =>
        output[index] = output[index * _oldStride]
            + F16.Rectify(F16.Floor(sum + bias, _floor), mask[index * _maskStride]);

    /// <summary>Stores four sums at an index in units of four floats.</summary>
    public void Store(ArrayView<F4> output, int index, F4 sum, F4 bias, ArrayView<F4> mask) =>
        output[index] = output[index * _oldStride]
            + Accumulate.Rectify(F4.Floor(sum + bias, _floor), mask[index * _maskStride]);

    /// <summary>Stores one sum.</summary>
    public void Store(ArrayView<float> output, int index, float sum, float bias, ArrayView<float> mask) =>
        output[index] = output[index * _oldStride]
            + Accumulate.Rectify(Floor(sum + bias, _floor), mask[index * _maskStride]);

    /// <summary>max(a, floor), NaN where a is NaN.</summary>
    internal static float Floor(float a, float floor) => Utilities.Select(a < floor, floor, a);
}
