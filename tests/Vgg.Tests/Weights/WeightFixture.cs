using System.IO.Compression;

namespace IlgpuStyle.Vgg.Tests.Weights;

/// <summary>The files that tests/Reference/weights/make_weight_files.py wrote, and the numbers in them.</summary>
internal static class WeightFixture
{
    /// <summary>Unpacks a fixture into the folder and returns its path.</summary>
    internal static string Unpack(TemporaryFolder folder, string name)
    {
        string path = folder.File(name);
        using FileStream packed = File.OpenRead(
            Path.Combine(AppContext.BaseDirectory, "ReferenceWeights", name + ".gz"));
        using var gzip = new GZipStream(packed, CompressionMode.Decompress);
        using FileStream unpacked = File.Create(path);
        gzip.CopyTo(unpacked);
        return path;
    }

    /// <summary>A kernel as the script's first lines define it, HWIO; a dense kernel has height = width = 1.</summary>
    internal static float[] Kernel(int number, int height, int width, int inputs, int outputs)
    {
        float[] kernel = new float[height * width * inputs * outputs];
        int index = 0;
        for (int h = 0; h < height; h++)
        {
            for (int w = 0; w < width; w++)
            {
                for (int i = 0; i < inputs; i++)
                {
                    for (int o = 0; o < outputs; o++)
                    {
                        kernel[index++] = i < 4 && o < 8
                            ? ((((7 * h) + (5 * w) + (3 * i) + o + number) % 64) - 32) / 64f
                            : number / 64f;
                    }
                }
            }
        }
        return kernel;
    }

    /// <summary>A bias as the script's first lines define it.</summary>
    internal static float[] Bias(int number, int outputs) =>
        [.. Enumerable.Range(0, outputs).Select(o => ((o % 128) - number) / 64f)];
}
