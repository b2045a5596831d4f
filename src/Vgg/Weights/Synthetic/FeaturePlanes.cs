using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Vgg.Weights.Synthetic;

/// <summary>
/// A picture's features, one zero-bordered plane per channel, (height + 2) × (width + 2) floats. Every output
/// value is computed by the same sequence of rounded operations whatever the vector width, so results have
/// the same bits on every machine.
/// </summary>
internal sealed class FeaturePlanes
{
    private readonly float[][] _planes;

    private FeaturePlanes(int height, int width, int channels)
    {
        Height = height;
        Width = width;
        _planes = new float[channels][];
    }

    internal int Height { get; }

    internal int Width { get; }

    private int Pitch => Width + 2;

    /// <summary>The network's input: BGR minus the ImageNet means.</summary>
    internal static FeaturePlanes FromPicture(CalibrationPicture picture)
    {
        var input = new FeaturePlanes(picture.Height, picture.Width, 3);
        for (int channel = 0; channel < 3; channel++)
        {
            float[] plane = input.NewPlane();
            for (int pixel = 0; pixel < picture.Height * picture.Width; pixel++)
            {
                (int y, int x) = Math.DivRem(pixel, picture.Width);
                plane[input.At(y, x)] = picture.Rgb[(pixel * 3) + 2 - channel] - Preprocess.MeanBgr[channel];
            }
            input._planes[channel] = plane;
        }
        return input;
    }

    /// <summary>Planes of the same size, to be filled by <see cref="Convolve"/>.</summary>
    internal FeaturePlanes NewLayer(int channels) => new(Height, Width, channels);

    /// <summary>
    /// Fills one output channel: Σ over the channels read and the 3×3 taps, zero padding, no bias.
    /// </summary>
    /// <param name="input">The layer before.</param>
    /// <param name="channel">The output channel.</param>
    /// <param name="inputChannels">The input channels that it reads.</param>
    /// <param name="kernels">Nine numbers, row by row, for each of them.</param>
    internal void Convolve(
        FeaturePlanes input, int channel, ReadOnlySpan<int> inputChannels, ReadOnlySpan<float> kernels)
    {
        float[] output = NewPlane();
        // One pass over the flat plane also writes the left and right border, which is cleared afterwards.
        int start = At(0, 0);
        int end = At(Height - 1, Width - 1) + 1;
        int width = Vector<float>.Count;
        int position = start;
        for (; position + (4 * width) <= end; position += 4 * width)
        {
            Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int index = 0; index < inputChannels.Length; index++)
            {
                ref float origin = ref Unsafe.Add(
                    ref MemoryMarshal.GetArrayDataReference(input._planes[inputChannels[index]]), position);
                for (int tap = 0; tap < 9; tap++)
                {
                    var factor = new Vector<float>(kernels[(index * 9) + tap]);
                    ref float source = ref Unsafe.Add(ref origin, TapOffset(tap));
                    sum0 += factor * Vector.LoadUnsafe(ref source);
                    sum1 += factor * Vector.LoadUnsafe(ref source, (nuint)width);
                    sum2 += factor * Vector.LoadUnsafe(ref source, (nuint)(2 * width));
                    sum3 += factor * Vector.LoadUnsafe(ref source, (nuint)(3 * width));
                }
            }
            sum0.CopyTo(output, position);
            sum1.CopyTo(output, position + width);
            sum2.CopyTo(output, position + (2 * width));
            sum3.CopyTo(output, position + (3 * width));
        }
        for (; position < end; position++)
        {
            float sum = 0;
            for (int index = 0; index < inputChannels.Length; index++)
            {
                float[] plane = input._planes[inputChannels[index]];
                for (int tap = 0; tap < 9; tap++)
                    sum += kernels[(index * 9) + tap] * plane[position + TapOffset(tap)];
            }
            output[position] = sum;
        }
        for (int y = 0; y < Height; y++)
        {
            output[At(y, -1)] = 0;
            output[At(y, Width)] = 0;
        }
        _planes[channel] = output;
    }

    /// <summary>Adds Σ (value − origin)^power of one channel, row by row, to the sum.</summary>
    internal double AddMoment(double sum, int channel, double origin, int power)
    {
        for (int y = 0; y < Height; y++)
        {
            foreach (float value in _planes[channel].AsSpan(At(y, 0), Width))
            {
                double difference = value - origin;
                sum += power == 1 ? difference : difference * difference;
            }
        }
        return sum;
    }

    /// <summary>Replaces each value x of one channel by max(0, scale · x + shift).</summary>
    internal void RectifyLinear(int channel, double scale, double shift)
    {
        for (int y = 0; y < Height; y++)
        {
            foreach (ref float value in _planes[channel].AsSpan(At(y, 0), Width))
                value = (float)Math.Max(0, (scale * value) + shift);
        }
    }

    /// <summary>2×2 average pooling with stride 2; an odd last row or column is dropped.</summary>
    internal FeaturePlanes AveragePool()
    {
        var pooled = new FeaturePlanes(Height / 2, Width / 2, _planes.Length);
        for (int channel = 0; channel < _planes.Length; channel++)
        {
            float[] source = _planes[channel];
            float[] plane = pooled.NewPlane();
            for (int y = 0; y < pooled.Height; y++)
            {
                for (int x = 0; x < pooled.Width; x++)
                {
                    int upper = At(2 * y, 2 * x);
                    int lower = upper + Pitch;
                    plane[pooled.At(y, x)] = 0.25f
                        * (source[upper] + source[upper + 1] + (source[lower] + source[lower + 1]));
                }
            }
            pooled._planes[channel] = plane;
        }
        return pooled;
    }

    private float[] NewPlane() => new float[(Height + 2) * Pitch];

    private int At(int y, int x) => ((y + 1) * Pitch) + x + 1;

    private int TapOffset(int tap) => (((tap / 3) - 1) * Pitch) + (tap % 3) - 1;
}
