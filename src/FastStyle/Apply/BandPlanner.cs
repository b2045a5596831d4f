using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Windows;

namespace IlgpuStyle.FastStyle;

/// <summary>Says by which steps rows of a layer come from the picture and from maps that are kept.</summary>
/// <param name="network">The layers.</param>
/// <param name="picture">Its size.</param>
/// <param name="shapes">Of each layer's output.</param>
/// <param name="isKept">Whether a layer's output is there as a whole once it has been computed.</param>
internal sealed class BandPlanner(
    StyleNetwork network, TensorShape picture, TensorShape[] shapes, Func<int, bool> isKept)
{
    /// <summary>The steps for some rows of a layer.</summary>
    public BandStep Compute(int place, int first, int count)
    {
        TensorShape shape = shapes[place] with { Height = count };
        return network.Layers[place] switch
        {
            ConvolutionLayer layer => new ConvolutionStep(
                shape, Exactly(layer.Input, first * layer.Stride, ((count - 1) * layer.Stride) + layer.Kernel), place),
            AdditionLayer layer => new AdditionStep(
                shape, Exactly(layer.Input, first, count), Exactly(layer.Other, first, count)),
            TanhLayer layer => new TanhStep(shape, Exactly(layer.Input, first, count), layer),
            _ => Window(place, shape, first),
        };
    }

    /// <summary>The kept maps, and <see cref="Layer.Picture"/>, that a layer is computed from.</summary>
    public IEnumerable<int> Sources(int place)
    {
        Layer layer = network.Layers[place];
        int[] inputs = layer is AdditionLayer { Other: var other } ? [layer.Input, other] : [layer.Input];
        return inputs.SelectMany(input => input == Layer.Picture || isKept(input) ? [input] : Sources(input))
            .Distinct();
    }

    /// <summary>A tensor of just these rows.</summary>
    private BandStep Exactly(int place, int first, int count) => Rows(place, first, count) is KeptStep kept
        ? new WindowStep(
            kept.Shape with { Height = count }, kept, new BandRows(kept.Shape.Height, false, 0, 0, first), null, false)
        : Rows(place, first, count);

    private BandStep Rows(int place, int first, int count) =>
        place == Layer.Picture ? new PictureStep(picture with { Height = count }, first)
        : isKept(place) ? new KeptStep(shapes[place], place)
        : Compute(place, first, count);

    /// <summary>Padding, doubling, ReLU and normalisation at once, as far as they stand in this order.</summary>
    private WindowStep Window(int place, TensorShape shape, int first)
    {
        int at = place;
        int padding = 0;
        int? normalization = null;
        bool isDoubled = false;
        bool isRectified = false;
        if (LayerAt(at) is ReflectPadLayer pad)
            (padding, at) = (pad.Padding, pad.Input);
        if (LayerAt(at) is UpsampleLayer upsample)
            (isDoubled, at) = (true, upsample.Input);
        if (LayerAt(at) is ReluLayer relu)
            (isRectified, at) = (true, relu.Input);
        if (LayerAt(at) is InstanceNormalizationLayer norm)
            (normalization, at) = (at, norm.Input);
        int height = at == Layer.Picture ? picture.Height : shapes[at].Height;
        var rows = new BandRows(height, isDoubled, padding, 0, first);
        int[] sources = [.. Enumerable.Range(0, shape.Height).Select(rows.Source)];
        int lowest = sources.Min();
        BandStep input = Rows(at, lowest, sources.Max() - lowest + 1);
        return new WindowStep(
            shape, input, rows with { FirstInput = input is KeptStep ? 0 : lowest }, normalization, isRectified);
    }

    private Layer? LayerAt(int place) => place == Layer.Picture || isKept(place) ? null : network.Layers[place];
}
