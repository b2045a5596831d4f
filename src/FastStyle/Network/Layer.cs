namespace IlgpuStyle.FastStyle;

/// <summary>One layer of a <see cref="StyleNetwork"/>: what it reads, and its weights on the host.</summary>
/// <param name="Name">What messages, profiles and ONNX files call it.</param>
/// <param name="Input">The place of the layer whose output it reads; <see cref="Picture"/> for the picture.</param>
public abstract record Layer(string Name, int Input)
{
    /// <summary>The place of the network's input.</summary>
    public const int Picture = -1;

    /// <summary>Numbers that training changes.</summary>
    public virtual int Parameters => 0;
}

/// <summary>
/// Mirrors <paramref name="Padding"/> pixels on each side without repeating the edge: [H,W,C] → [H+2p,W+2p,C]; H and W
/// are greater than p.
/// </summary>
public sealed record ReflectPadLayer(string Name, int Input, int Padding) : Layer(Name, Input);

/// <summary>
/// A convolution without padding of its own: [H,W,C] → [⌊(H−k)/s⌋+1, ⌊(W−k)/s⌋+1, K].
/// </summary>
/// <param name="Name">See <see cref="Layer"/>.</param>
/// <param name="Input">See <see cref="Layer"/>.</param>
/// <param name="InputChannels">C.</param>
/// <param name="OutputChannels">K.</param>
/// <param name="Kernel">k, height and width of the filters.</param>
/// <param name="Stride">s, down and across.</param>
/// <param name="Weights">K × C × k × k, as ONNX has them.</param>
/// <param name="Bias">K.</param>
public sealed record ConvolutionLayer(
    string Name, int Input, int InputChannels, int OutputChannels, int Kernel, int Stride, float[] Weights,
    float[] Bias)
    : Layer(Name, Input)
{
    /// <inheritdoc/>
    public override int Parameters => Weights.Length + Bias.Length;
}

/// <summary>
/// Brings each channel of a picture to mean 0 and variance 1 over its pixels, then scales and shifts it:
/// y = γ(x − μ) / √(σ² + ε) + β (Ulyanov, Vedaldi and Lempitsky, arXiv 1607.08022).
/// </summary>
/// <param name="Name">See <see cref="Layer"/>.</param>
/// <param name="Input">See <see cref="Layer"/>.</param>
/// <param name="Scale">γ, one a channel.</param>
/// <param name="Bias">β, one a channel.</param>
/// <param name="Epsilon">ε.</param>
public sealed record InstanceNormalizationLayer(string Name, int Input, float[] Scale, float[] Bias, float Epsilon)
    : Layer(Name, Input)
{
    /// <inheritdoc/>
    public override int Parameters => Scale.Length + Bias.Length;
}

/// <summary>max(x, 0).</summary>
public sealed record ReluLayer(string Name, int Input) : Layer(Name, Input);

/// <summary>The sum of two outputs of one shape.</summary>
/// <param name="Name">See <see cref="Layer"/>.</param>
/// <param name="Input">See <see cref="Layer"/>.</param>
/// <param name="Other">The place of the second.</param>
public sealed record AdditionLayer(string Name, int Input, int Other) : Layer(Name, Input);

/// <summary>Each pixel twice across and down: [H,W,C] → [2H,2W,C].</summary>
public sealed record UpsampleLayer(string Name, int Input) : Layer(Name, Input);

/// <summary>Factor · tanh(x) + Offset.</summary>
public sealed record TanhLayer(string Name, int Input, float Factor, float Offset) : Layer(Name, Input);
