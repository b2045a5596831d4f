namespace IlgpuStyle.FastStyle;

/// <summary>Checks that layers fit together, and counts their channels.</summary>
internal static class LayerChannels
{
    /// <summary>Refuses a list of layers that is no network from picture to picture.</summary>
    /// <exception cref="ArgumentException">The message names the layer and what is wrong with it.</exception>
    public static void Require(IReadOnlyList<Layer> layers)
    {
        int[] channels = new int[layers.Count];
        var names = new HashSet<string>();
        for (int place = 0; place < layers.Count; place++)
        {
            Layer layer = layers[place];
            int input = Of(layer.Input, place);
            if (!names.Add(layer.Name))
                throw Wrong(layer, "has the name of another");
            channels[place] = layer switch
            {
                ConvolutionLayer convolution => Outputs(convolution, input),
                InstanceNormalizationLayer { Scale.Length: var scales, Bias.Length: var biases }
                    when scales != input || biases != input =>
                    throw Wrong(layer, $"has {scales} scales and {biases} biases for {input} channels"),
                AdditionLayer addition when Of(addition.Other, place) is var other && other != input =>
                    throw Wrong(layer, $"adds {input} and {other} channels"),
                ReluLayer { Input: var read } when read < 0 || layers[read] is not InstanceNormalizationLayer =>
                    throw Wrong(layer, "stands elsewhere than behind an instance normalisation"),
                ReflectPadLayer { Padding: < 1 } pad => throw Wrong(layer, $"pads by {pad.Padding} pixels"),
                _ => input,
            };
        }
        if (layers.Count == 0)
            throw new ArgumentException("A network has at least one layer.");
        if (channels[^1] != StyleNetwork.PictureChannels)
            throw Wrong(layers[^1], $"is the last and has {channels[^1]} channels, not the 3 of a picture");

        int Of(int read, int place) => read >= Layer.Picture && read < place
            ? read == Layer.Picture ? StyleNetwork.PictureChannels : channels[read]
            : throw Wrong(layers[place], $"reads layer {read}, which does not come before it");
    }

    private static int Outputs(ConvolutionLayer layer, int input)
    {
        (long k, int stride) = (layer.Kernel, layer.Stride);
        return layer.InputChannels != input ? throw Wrong(layer, $"reads {layer.InputChannels} channels of {input}")
            : k < 1 || stride < 1 ? throw Wrong(layer, $"is of size {k} and stride {stride}")
            : layer.OutputChannels < 1 || layer.Weights.Length != layer.OutputChannels * k * k * input
                || layer.Bias.Length != layer.OutputChannels
                ? throw Wrong(layer, $"has {layer.Weights.Length} weights and {layer.Bias.Length} biases for "
                    + $"{layer.OutputChannels}×{input}×{k}×{k}")
            : layer.OutputChannels;
    }

    private static ArgumentException Wrong(Layer layer, string what) => new($"Layer '{layer.Name}' {what}.");
}
