using IlgpuStyle.FastStyle.Onnx;
using IlgpuStyle.Testing;

namespace IlgpuStyle.FastStyle.Tests.Onnx;

/// <summary>Networks damaged at random: each is read, or refused with a sentence.</summary>
[Trait("Category", "Fuzz")]
public sealed class DamagedNetworksTests
{
    private static readonly byte[][] Files = CreateFiles();

    [Fact]
    public void Damage_ends_in_a_network_or_a_sentence()
    {
        int read = 0;
        int refused = 0;
        int cases = Fuzzing.Cases(sample: 500, all: 20_000);
        for (int i = 0; i < cases; i++)
        {
            var random = new Random(i);
            byte[] file = Fuzzing.Damage(random, Files[random.Next(Files.Length)]);
            Fuzzing.Run(i, () => Read(file, ref read), exception =>
            {
                refused++;
                return exception is NetworkFileException
                    && exception.Message.StartsWith("'x'", StringComparison.Ordinal);
            });
        }
        Assert.Equal(cases, read + refused);
        Assert.InRange(read, cases / 50, cases);
        Assert.InRange(refused, cases / 10, cases);
    }

    /// <summary>In the first thousand bytes, where most of what is no weight lies, and at the end.</summary>
    [Fact]
    public void Every_truncation_and_every_flipped_byte_of_what_is_no_weight_ends_so()
    {
        byte[] file = OnnxRuntimePeer.FileOf(
            ZooNetwork.Of(StyleNetwork.Create([8, 16, 32], 0, 1), 9, computesScales: true));
        int read = 0;
        for (int length = 0; length < file.Length; length += length < 1000 ? 1 : 997)
            Fuzzing.Run(length, () => Read(file[..length], ref read), exception => exception is NetworkFileException);
        for (int at = 0; at < file.Length; at += at < 1000 ? 1 : 97)
        {
            byte[] flipped = [.. file];
            flipped[at] ^= 0xFF;
            Fuzzing.Run(at, () => Read(flipped, ref read), exception => exception is NetworkFileException);
        }
    }

    private static void Read(byte[] file, ref int read)
    {
        StyleNetwork network = NetworkFile.Parse("x", file);
        Assert.NotEmpty(OnnxRuntimePeer.FileOf(network));
        read++;
    }

    /// <summary>Of few weights, so that damage hits what is none.</summary>
    private static byte[][] CreateFiles()
    {
        StyleNetwork network = StyleNetwork.Create([8, 16, 32], 1, seed: 1);
        var small = new StyleNetwork(
            [
                new ReflectPadLayer("pad", Layer.Picture, 1),
                new ConvolutionLayer("conv", 0, 3, 3, 3, 2, new float[81], new float[3]),
                new InstanceNormalizationLayer("norm", 1, new float[3], new float[3], 1e-5f),
                new ReluLayer("relu", 2),
                new AdditionLayer("add", 3, 1),
                new UpsampleLayer("up", 4),
                new TanhLayer("tanh", 5, 150, 127.5f),
            ],
            new Dictionary<string, string> { ["style"] = "x" });
        return
        [
            OnnxRuntimePeer.FileOf(network), OnnxRuntimePeer.FileOf(small),
            OnnxRuntimePeer.FileOf(ZooNetwork.Of(small, 8)),
            OnnxRuntimePeer.FileOf(ZooNetwork.Of(small, 9, computesScales: true)),
        ];
    }
}
