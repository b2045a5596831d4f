using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// One 3×3 convolution as the fast forms see it, forward or backward: sums over the input's channels for each of
/// the output's.
/// </summary>
/// <remarks>
/// The gradient of the input is the convolution of the output's gradient with the kernel turned by 180° and its
/// channels swapped, so that forms need not tell the two apart.
/// </remarks>
/// <param name="Weights">Kernel and bias.</param>
/// <param name="Backward">Whether the pass computes the gradient of the input.</param>
/// <param name="Input">What is read, n channels.</param>
/// <param name="Output">What is written, m channels.</param>
/// <param name="RectifiedBy">The rectified value whose mask ends the pass, or null.</param>
/// <param name="Write">Assign or add.</param>
internal readonly record struct ConvolutionPass(
    ConvolutionWeights Weights, bool Backward, Tensor Input, Tensor Output, Tensor? RectifiedBy, GradientWrite Write)
{
    /// <summary>Whether ReLU ends the pass.</summary>
    public bool Rectify => !Backward;

    /// <summary>FLOP by the definition: 2 · 9 · n · m · H · W.</summary>
    public double DirectFlop =>
        2.0 * ConvolutionWeights.TapCount * Input.Shape.Channels * Output.Shape.Length;

    /// <summary>Bytes that the epilogue reads and writes.</summary>
    public double StoredBytes => Accumulate.Bytes(Output.Shape, RectifiedBy, Write);

    /// <summary>Least bytes of the whole pass, with weights of the given length.</summary>
    public double Bytes(long weights) => StoredBytes + 4.0 * (Input.Shape.Length + weights);

    /// <summary>What is added to the sums: the bias, or zeros.</summary>
    public DeviceArray Bias => Backward ? Weights.NoBias : Weights.Bias;

    /// <summary>How the sums are stored.</summary>
    public Epilogue Epilogue => new(Rectify, RectifiedBy, Write);

    /// <summary>The mask to read, in vectors of 16.</summary>
    public ArrayView<F16> Mask16(Engine engine) => Ones.IfNull(engine, RectifiedBy).Cast<F16>();

    /// <summary>The weights in the order [m/block][planes][n][block].</summary>
    public DeviceArray Packed(WeightTransform transform, int contracted, int produced, int block) =>
        Weights.Packed(new WeightOrder(transform, Backward, contracted, produced, block));
}
