using System.Numerics;
using StbImageWriteSharp;

namespace IlgpuStyle.Samples.Generator;

/// <summary>An RGB picture of floats, 0..1 where shown.</summary>
internal sealed class Bitmap(int width, int height)
{
    private readonly Vector3[] _pixels = new Vector3[width * height];

    public int Width => width;

    public int Height => height;

    public ref Vector3 this[int x, int y] => ref _pixels[(y * width) + x];

    /// <summary>The mean of each block of factor × factor pixels.</summary>
    public Bitmap Shrink(int factor)
    {
        Bitmap small = new(width / factor, height / factor);
        for (int y = 0; y < small.Height; y++)
        {
            for (int x = 0; x < small.Width; x++)
            {
                Vector3 sum = default;
                for (int i = 0; i < factor * factor; i++)
                    sum += this[(x * factor) + (i % factor), (y * factor) + (i / factor)];
                small[x, y] = sum / (factor * factor);
            }
        }
        return small;
    }

    /// <summary>Gaussian blur, edges repeated.</summary>
    public Bitmap Blur(float sigma)
    {
        int reach = (int)MathF.Ceiling(3 * sigma);
        float[] weights =
            [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(i => MathF.Exp(-i * i / (2 * sigma * sigma)))];
        float sum = weights.Sum();
        Bitmap rows = new(width, height);
        Bitmap result = new(width, height);
        Pass(rows, (x, y, i) => this[Math.Clamp(x + i, 0, width - 1), y]);
        Pass(result, (x, y, i) => rows[x, Math.Clamp(y + i, 0, height - 1)]);
        return result;

        void Pass(Bitmap target, Func<int, int, int, Vector3> source) => Parallel.For(0, height, y =>
        {
            for (int x = 0; x < width; x++)
            {
                Vector3 total = default;
                for (int i = -reach; i <= reach; i++)
                    total += weights[i + reach] / sum * source(x, y, i);
                target[x, y] = total;
            }
        });
    }

    public void SavePng(string path)
    {
        byte[] samples = new byte[width * height * 3];
        for (int i = 0; i < _pixels.Length; i++)
        {
            for (int channel = 0; channel < 3; channel++)
                samples[(i * 3) + channel] = (byte)Math.Clamp(MathF.Round(_pixels[i][channel] * 255), 0, 255);
        }
        using FileStream stream = File.Create(path);
        new ImageWriter().WritePng(samples, width, height, ColorComponents.RedGreenBlue, stream);
    }
}
