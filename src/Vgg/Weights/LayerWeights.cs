namespace IlgpuStyle.Vgg.Weights;

/// <summary>A convolution's trained numbers.</summary>
/// <param name="Layer">The layer that they belong to.</param>
/// <param name="Kernel">3·3·input·output floats, HWIO: height, width, input channel, output channel (fastest).
/// A cross-correlation; block1_conv1's input channel 0 is blue.</param>
/// <param name="Bias">One float per output channel.</param>
public sealed record LayerWeights(VggLayer Layer, float[] Kernel, float[] Bias);
