using IlgpuStyle.Testing;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg.Tests.Weights;

/// <summary>Weight files damaged at random: each is read, or refused with a sentence.</summary>
[Trait("Category", "Fuzz")]
public sealed class DamagedWeightFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_is_read_or_refused()
    {
        byte[][] files =
        [
            .. ((string[])["keras1.h5", "keras2.h5", "keras2.weights.h5", "keras3.weights.h5", "whole_model.h5"])
                .Select(name => File.ReadAllBytes(WeightFixture.Unpack(_folder, name))),
        ];
        string path = _folder.File("damaged.h5");
        int cases = Fuzzing.Cases(sample: 60, all: 2000);
        for (int i = 0; i < cases; i++)
        {
            var random = new Random(4_000_000 + i);
            File.WriteAllBytes(path, Fuzzing.Damage(random, files[random.Next(files.Length)]));
            Fuzzing.Run(i, () => VggWeights.Read(path, "block2_conv1"), exception => exception is WeightFileException);
            if (i % 10 == 0)
            {
                Fuzzing.Run(
                    i, () => WeightFileInspection.Inspect(path), exception => exception is WeightFileException);
            }
        }
    }
}
