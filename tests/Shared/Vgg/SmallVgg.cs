using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Testing;

/// <summary>The reference's VGG19 of 8 to 24 channels: fixture family <c>small_vgg</c>.</summary>
internal static class SmallVgg
{
    /// <summary>Its weights.</summary>
    public static VggWeights Weights { get; } = Load();

    /// <summary>One of its pictures, H × W × RGB levels.</summary>
    public static NpyFile Picture(string name) => Fixture.Open("small_vgg", "inputs")[name];

    private static VggWeights Load()
    {
        Fixture fixture = Fixture.Open("small_vgg", "weights");
        return new VggWeights([.. Vgg19.Convolutions.Select(layer =>
        {
            NpyFile kernel = fixture[$"{layer.Name}_kernel"];
            VggLayer small = layer with { InputChannels = kernel.Shape[2], OutputChannels = kernel.Shape[3] };
            return new LayerWeights(small, kernel.ToSingle(), fixture[$"{layer.Name}_bias"].ToSingle());
        })]);
    }
}
