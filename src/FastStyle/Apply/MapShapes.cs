using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Padding;
using IlgpuStyle.Kernels.Upsampling;
using IlgpuStyle.Kernels.ValidConvolution;

namespace IlgpuStyle.FastStyle;

/// <summary>How large a network's maps are for a picture.</summary>
public static class MapShapes
{
    /// <summary>Sides that are tried for the smallest.</summary>
    private const int MostTried = 256;

    /// <summary>The output of each layer.</summary>
    /// <exception cref="ArgumentException">The picture is too small, or maps that are added differ.</exception>
    public static TensorShape[] Of(StyleNetwork network, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(network);
        var picture = new TensorShape(height, width, StyleNetwork.PictureChannels);
        var shapes = new TensorShape[network.Layers.Count];
        for (int place = 0; place < shapes.Length; place++)
        {
            TensorShape input = ShapeOf(network.Layers[place].Input);
            shapes[place] = network.Layers[place] switch
            {
                ReflectPadLayer pad => ReflectPadForward.Output(input, pad.Padding),
                ConvolutionLayer layer => Convolved(layer, input),
                UpsampleLayer => UpsampleNearestForward.Output(input),
                AdditionLayer layer when ShapeOf(layer.Other) != input =>
                    throw new ArgumentException($"Layer '{layer.Name}' adds {input} and {ShapeOf(layer.Other)}."),
                _ => input,
            };
        }
        return shapes;

        TensorShape ShapeOf(int place) => place == Layer.Picture ? picture : shapes[place];
    }

    /// <summary>The least height and width that a network takes, in pixels; null where it takes none.</summary>
    public static int? SmallestSide(StyleNetwork network)
    {
        for (int side = 1; side <= MostTried; side++)
        {
            if (Fits(network, side))
                return side;
        }
        return null;
    }

    private static bool Fits(StyleNetwork network, int side)
    {
        try
        {
            TensorShape output = Of(network, side, side)[^1];
            return output.Height >= side && output.Width >= side;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static TensorShape Convolved(ConvolutionLayer layer, TensorShape input)
    {
        var shape = new ValidConvolutionShape(input, layer.OutputChannels, layer.Kernel, layer.Stride);
        shape.Validate(layer.Name);
        return shape.Output;
    }
}
