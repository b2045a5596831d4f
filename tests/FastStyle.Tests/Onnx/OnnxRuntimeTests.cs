using IlgpuStyle.FastStyle.Onnx;
using IlgpuStyle.Testing;

namespace IlgpuStyle.FastStyle.Tests.Onnx;

/// <summary>Files against ONNX Runtime: what it makes of a picture is what the layers say.</summary>
public sealed class OnnxRuntimeTests
{
    private const double Tolerance = 1e-4;

    [OnnxRuntimeTheory]
    [InlineData(64, 96)]
    [InlineData(57, 31)]
    public void A_written_network_computes_what_its_layers_say(int height, int width)
    {
        StyleNetwork network = NetworkReference.Disturbed(StyleNetwork.Create(16, 3, seed: 7));
        float[] picture = NetworkReference.Picture(height, width, seed: 1);
        Compare(network, OnnxRuntimePeer.FileOf(network), picture, height, width);
    }

    [OnnxRuntimeTheory]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(9, true)]
    public void So_does_one_of_the_zoos_structure(int opset, bool computesScales)
    {
        byte[] file = OnnxRuntimePeer.FileOf(ZooNetwork.Of(
            NetworkReference.Disturbed(StyleNetwork.Create(16, 2, seed: 8)), opset, computesScales));
        Compare(NetworkFile.Parse("zoo", file), file, NetworkReference.Picture(224, 224, seed: 2), 224, 224);
    }

    private static void Compare(StyleNetwork network, byte[] file, float[] picture, int height, int width)
    {
        (double[] expected, int expectedHeight, int expectedWidth) =
            NetworkReference.Run(network, picture, height, width);
        (float[] actual, int actualHeight, int actualWidth) = OnnxRuntimePeer.Run(file, picture, height, width);
        Assert.Equal((expectedHeight, expectedWidth), (actualHeight, actualWidth));
        Closeness.Close(expected, actual, Tolerance);
    }
}
