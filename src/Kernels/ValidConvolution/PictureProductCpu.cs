using ILGPU;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// <see cref="WindowProductCpu"/> for three produced channels, those of a picture, which would leave a tile nearly
/// empty: the vectors run along the contracted channels.
/// </summary>
/// <remarks>
/// A tile is 8 pixels × 3 channels: 24 vectors of partial sums over n mod 16, added up pairwise at the end. Weights are
/// transposed for it first, [n/16][3][16]. A row's last tile is moved up to end with the row; what it has twice is
/// dropped. Launch: one work-item per row; group size 1, no barrier.
/// </remarks>
internal sealed class PictureProductCpu(Engine engine)
{
    /// <summary>Produced channels.</summary>
    public const int Channels = 3;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, int> _weights =
        new(engine, PictureProductWeightsCpuKernel);

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        WindowSource, WindowTarget, Epilogue> _kernel = new(engine, PictureProductCpuKernel);

    private static void PictureProductWeightsCpuKernel(
        ArrayView<float> weights, ArrayView<float> transposed, int count, int pitch)
    {
        int item = FlatLaunch.Item;
        if (item < count)
        {
            int vector = item / 16;
            int channel = vector % Channels;
            int n = vector / Channels * 16 + item % 16;
            transposed[item] = weights[n * pitch + channel];
        }
    }

    private static void PictureProductCpuKernel(
        ArrayView<F16> input, ArrayView<F16> weights, ArrayView<float> bias, ArrayView<float> mask,
        ArrayView<float> output, WindowSource source, WindowTarget target, Epilogue epilogue)
    {
        int row = Grid.IdxX;
        int vectors = source.RunLength / 16;
        ArrayView<F16> sums = LocalMemory.Allocate<F16>(Channels * PictureGradientCpu.PixelSums.Pixels);
        for (int first = 0; first < target.Width; first += PictureGradientCpu.PixelSums.Pixels)
        {
            int column = IntrinsicMath.Min(first, target.Width - PictureGradientCpu.PixelSums.Pixels);
            int window = source.Offset(row, column) / 16;
            long panel = 0;
            PictureGradientCpu.PixelSums tile = default;
            for (int run = 0; run < source.Runs; run++)
            {
                long value = window;
                for (int vector = 0; vector < vectors; vector++)
                {
                    tile.MultiplyAdd(input, value, source.PixelPitch / 16,
                        weights[panel], weights[panel + 1], weights[panel + 2]);
                    value++;
                    panel += Channels;
                }
                window += source.RunPitch / 16;
            }
            tile.Store(sums);
            for (int i = first - column; i < PictureGradientCpu.PixelSums.Pixels; i++)
            {
                int index = target.Offset(row, column) + i * target.PixelPitch;
                for (int channel = 0; channel < Channels; channel++)
                {
                    epilogue.Store(
                        output, index + channel, F16.Sum(sums[Channels * i + channel]), bias[channel], mask);
                }
            }
        }
    }

    /// <summary>Whether three channels are produced from whole vectors.</summary>
    public static bool Takes(int contracted, in WindowTarget target) =>
        contracted % 16 == 0 && target.Channels == Channels && target.Width >= PictureGradientCpu.PixelSums.Pixels;

    /// <summary>Floats of the transposed weights for n floats of a window.</summary>
    public static int WeightLength(int contracted) => Channels * contracted;

    /// <summary>Transposes weights; the caller brackets it.</summary>
    /// <param name="weights">n rows of 16, three of which count.</param>
    /// <param name="transposed">[n/16][3][16].</param>
    /// <param name="contracted">n.</param>
    public void Transpose(ArrayView<float> weights, ArrayView<float> transposed, int contracted) => _weights.Launch(
        FlatLaunch.Over(WeightLength(contracted)), weights, transposed, WeightLength(contracted),
        ValidConvolutionShape.Padded(Channels));

    /// <summary>Launches a product; the caller brackets it. Parameters as <see cref="WindowProductCpu"/>'s.</summary>
    public void Launch(
        ArrayView<float> input, in WindowSource source, ArrayView<float> weights, ArrayView<float> bias,
        ArrayView<float> mask, Tensor output, in WindowTarget target, Epilogue epilogue) =>
        _kernel.Launch((target.Height, 1), input.Cast<F16>(), weights.Cast<F16>(), bias, mask, output.View, source,
            target, epilogue);
}
