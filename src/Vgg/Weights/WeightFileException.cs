namespace IlgpuStyle.Vgg.Weights;

/// <summary>Weights that cannot be used or had: the message is the one sentence for the user.</summary>
public sealed class WeightFileException(string message, Exception? inner = null) : Exception(message, inner);
