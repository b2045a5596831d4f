using ILGPU;

namespace IlgpuStyle.Kernels.Windows;

/// <summary><see cref="ReflectedBand"/> for OpenCL on a CPU.</summary>
/// <remarks>
/// Normalised, C a multiple of 16. Launch: one work-item per row of y, group size 1, without a division for each quad;
/// what is mirrored is copied from what has been written.
/// </remarks>
internal sealed class ReflectedBandCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout, PixelLayout, BandPlace> _kernel =
        new(engine, ReflectedBandCpuKernel);

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        PixelLayout, PixelLayout, BandPlace, float> _normalizedKernel = new(engine, NormalizedBandCpuKernel);

    private static void ReflectedBandCpuKernel(
        ArrayView<float> x, ArrayView<float> y, PixelLayout inputLayout, PixelLayout outputLayout, BandPlace place)
    {
        int row = Grid.IdxX;
        int pitch = inputLayout.Pitch;
        int copies = 1 + place.Shift;
        long from = inputLayout.Offset(place.Row(row), 0);
        long first = outputLayout.Offset(row, place.Padding);
        if (copies == 1)
        {
            for (int i = 0; i < inputLayout.Width * pitch; i++)
                y[first + i] = x[from + i];
        }
        else
        {
            for (int column = 0; column < inputLayout.Width; column++)
            {
                long to = first + 2 * column * pitch;
                for (int channel = 0; channel < pitch; channel++)
                {
                    float value = x[from + column * pitch + channel];
                    y[to + channel] = value;
                    y[to + pitch + channel] = value;
                }
            }
        }
        long last = first + (inputLayout.Width * copies - 1) * pitch;
        for (int distance = pitch; distance <= place.Padding * pitch; distance += pitch)
        {
            for (int channel = 0; channel < pitch; channel++)
            {
                y[first - distance + channel] = y[first + distance + channel];
                y[last + distance + channel] = y[last - distance + channel];
            }
        }
    }

    private static void NormalizedBandCpuKernel(
        ArrayView<F16> x, ArrayView<F16> y, ArrayView<F16> statistics, ArrayView<F16> scale, ArrayView<F16> bias,
        PixelLayout inputLayout, PixelLayout outputLayout, BandPlace place, float floor)
    {
        int row = Grid.IdxX;
        int vectors = inputLayout.Pitch / 16;
        int copies = 1 + place.Shift;
        for (int vector = 0; vector < vectors; vector++)
        {
            F16 near = statistics[vector];
            F16 mean = statistics[vector + vectors];
            F16 factor = statistics[vector + 2 * vectors] * scale[vector];
            F16 offset = bias[vector];
            long from = inputLayout.Offset(place.Row(row), 0) / 16 + vector;
            long first = outputLayout.Offset(row, place.Padding) / 16 + vector;
            long to = first;
            for (int column = 0; column < inputLayout.Width; column++)
            {
                F16 value = F16.Floor(F16.MultiplyAdd(factor, x[from] - near - mean, offset), floor);
                y[to] = value;
                // Where it is not doubled, the same place again.
                y[to + place.Shift * vectors] = value;
                from += vectors;
                to += copies * vectors;
            }
            long last = to - vectors;
            for (int distance = vectors; distance <= place.Padding * vectors; distance += vectors)
            {
                y[first - distance] = y[first + distance];
                y[last + distance] = y[last - distance];
            }
        }
    }

    /// <summary>y, inside the launch that the launcher announces; so below.</summary>
    public void Launch(Tensor input, Tensor output, BandPlace place) => _kernel.Launch(
        (output.Shape.Height, 1), input.View, output.View, new PixelLayout(input.Shape), new PixelLayout(output.Shape),
        place);

    /// <summary>y, normalised.</summary>
    public void LaunchNormalized(
        Tensor input, Tensor output, BandPlace place, DeviceArray statistics, DeviceArray scale, DeviceArray bias,
        float floor) =>
        _normalizedKernel.Launch((output.Shape.Height, 1), input.View.Cast<F16>(), output.View.Cast<F16>(),
            statistics.View.Cast<F16>(), scale.View.Cast<F16>(), bias.View.Cast<F16>(), new PixelLayout(input.Shape),
            new PixelLayout(output.Shape), place, floor);
}
