using IlgpuStyle.FastStyle.Onnx;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.Testing;

namespace IlgpuStyle.FastStyle.Tests.Onnx;

/// <summary>Files against ONNX Runtime: what it makes of a picture is what we make of it.</summary>
[Collection(TestDevice.Collection)]
public sealed class OnnxRuntimeTests(TestDevice device)
{
    private const double Tolerance = 1e-4;

    [OnnxRuntimeTheory]
    [InlineData(64, 96)]
    [InlineData(257, 131)]
    [InlineData(512, 512)]
    public void A_written_network_makes_the_same_picture(int height, int width)
    {
        StyleNetwork network = NetworkReference.Disturbed(StyleNetwork.Create([16, 32, 64], 3, seed: 7));
        Compare(network, OnnxRuntimePeer.FileOf(network), height, width);
    }

    [OnnxRuntimeTheory]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(9, true)]
    public void So_does_one_of_the_zoos_structure(int opset, bool computesScales)
    {
        byte[] file = OnnxRuntimePeer.FileOf(ZooNetwork.Of(
            NetworkReference.Disturbed(StyleNetwork.Create([16, 32, 64], 2, seed: 8)), opset, computesScales));
        Compare(NetworkFile.Parse("zoo", file), file, 224, 224);
    }

    private void Compare(StyleNetwork network, byte[] file, int height, int width)
    {
        float[] picture = NetworkReference.Picture(height, width, seed: 1);
        (float[] values, int _, int outputWidth) = OnnxRuntimePeer.Run(file, picture, height, width);
        double[] expected =
        [
            .. Enumerable.Range(0, height).SelectMany(row => values.Skip(row * outputWidth * 3).Take(width * 3))
                .Select(value => (double)value),
        ];
        using var forward = new NetworkForward(device.Engine, network);
        Closeness.Close(expected, forward.Run(new RgbPicture(height, width, picture)).Values, Tolerance);
    }
}
