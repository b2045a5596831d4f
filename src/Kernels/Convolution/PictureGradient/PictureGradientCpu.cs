using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Gradient of the first convolution's input, the picture, for OpenCL on a CPU: three produced channels would
/// leave a <see cref="RegisterTile"/> nearly empty, so the vectors run along the contracted channels.
/// </summary>
/// <remarks>
/// dx[i,j,c] (+)= Σ dy[i+r−1, j+s−1, k]·w[2−r,2−s,c,k]. A work-item takes 8 pixels × 3 channels: 24 vectors of
/// partial sums over k mod 16, added up pairwise at the end. Pixels are counted over bordered rows as in
/// <see cref="DirectConvolutionCpu"/>. Reads the kernel as it is kept (<see cref="TapLayout"/>), k innermost.
/// Shapes: dy [H,W,K], K a multiple of 16; dx [H,W,3]. Launch: one work-item per 8 pixels, group size 1.
/// </remarks>
internal sealed class PictureGradientCpu(Engine engine)
{
    private const int Channels = 3;

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<float>, ArrayView<float>, TapLayout,
        PixelLayout, PixelLayout, Epilogue> _kernel = new(engine, PictureGradientCpuKernel);

    private static void PictureGradientCpuKernel(
        ArrayView<F16> gradOutput, ArrayView<F16> weights, ArrayView<float> mask, ArrayView<float> gradInput,
        TapLayout taps, PixelLayout outputLayout, PixelLayout inputLayout, Epilogue epilogue)
    {
        int pixel = Grid.IdxX * PixelSums.Pixels;
        int vectors = outputLayout.Channels / 16;
        int pitch = outputLayout.Pitch / 16;
        int tapPitch = taps.Block / 16;
        PixelSums all = default;
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                long dy = (pixel + row * outputLayout.RowPixels + column) * pitch;
                for (int vector = 0; vector < vectors; vector++)
                {
                    int w = taps.Offset(3 * row + column, 16 * vector, 0) / 16;
                    all.MultiplyAdd(
                        gradOutput, dy + vector, pitch, weights[w], weights[w + tapPitch], weights[w + 2 * tapPitch]);
                }
            }
        }

        ArrayView<F16> sums = LocalMemory.Allocate<F16>(Channels * PixelSums.Pixels);
        all.Store(sums);
        int end = inputLayout.Height * inputLayout.RowPixels;
        int x = pixel % inputLayout.RowPixels;
        for (int i = 0; i < PixelSums.Pixels; i++)
        {
            if (x < inputLayout.Width)
            {
                if (pixel + i < end)
                {
                    int index = (pixel + i + inputLayout.RowPixels + 1) * inputLayout.Pitch;
                    epilogue.Store(gradInput, index, F16.Sum(sums[Channels * i]), 0f, mask);
                    epilogue.Store(gradInput, index + 1, F16.Sum(sums[Channels * i + 1]), 0f, mask);
                    epilogue.Store(gradInput, index + 2, F16.Sum(sums[Channels * i + 2]), 0f, mask);
                }
            }
            x = Utilities.Select(x + 1 == inputLayout.RowPixels, 0, x + 1);
        }
    }

    /// <summary>Whether three channels are produced from whole vectors.</summary>
    public static bool Takes(TensorShape input, TensorShape output) =>
        input.Channels % 16 == 0 && output.Channels == Channels;

    /// <summary>Launches a backward pass.</summary>
    public void Launch(in ConvolutionPass pass)
    {
        TensorShape output = pass.Output.Shape;
        int items = (output.Height * (output.Width + 2) + PixelSums.Pixels - 1) / PixelSums.Pixels;
        using (engine.Launch(
            "ConvolutionBackwardInput (picture)", pass.DirectFlop, pass.Bytes(pass.Weights.Taps.Length)))
        {
            _kernel.Launch((items, 1), pass.Input.View.Cast<F16>(), pass.Weights.Taps.View.Cast<F16>(),
                Ones.IfNull(engine, pass.RectifiedBy), pass.Output.View,
                new TapLayout(pass.Weights, pass.Backward), new PixelLayout(pass.Input.Shape), new PixelLayout(output),
                pass.Epilogue);
        }
    }

    /// <summary>Sums of the three produced channels at 8 pixels, each in 16 parts.</summary>
    internal struct PixelSums
    {
        public const int Pixels = 8;

        private Pixel _pixel0;
        private Pixel _pixel1;
        private Pixel _pixel2;
        private Pixel _pixel3;
        private Pixel _pixel4;
        private Pixel _pixel5;
        private Pixel _pixel6;
        private Pixel _pixel7;

        public void MultiplyAdd(ArrayView<F16> values, long first, long pitch, F16 blue, F16 green, F16 red)
        {
            _pixel0.MultiplyAdd(values[first], blue, green, red);
            _pixel1.MultiplyAdd(values[first + pitch], blue, green, red);
            _pixel2.MultiplyAdd(values[first + 2 * pitch], blue, green, red);
            _pixel3.MultiplyAdd(values[first + 3 * pitch], blue, green, red);
            _pixel4.MultiplyAdd(values[first + 4 * pitch], blue, green, red);
            _pixel5.MultiplyAdd(values[first + 5 * pitch], blue, green, red);
            _pixel6.MultiplyAdd(values[first + 6 * pitch], blue, green, red);
            _pixel7.MultiplyAdd(values[first + 7 * pitch], blue, green, red);
        }

        /// <summary>
        /// Channel c of pixel i goes to 3·i + c, its parts not added up: what adds up inside of a loop takes registers
        /// from the sums.
        /// </summary>
        public readonly void Store(ArrayView<F16> sums)
        {
            _pixel0.Store(sums, 0);
            _pixel1.Store(sums, 3);
            _pixel2.Store(sums, 6);
            _pixel3.Store(sums, 9);
            _pixel4.Store(sums, 12);
            _pixel5.Store(sums, 15);
            _pixel6.Store(sums, 18);
            _pixel7.Store(sums, 21);
        }
    }

    /// <summary>A pixel's three sums.</summary>
    internal struct Pixel
    {
        private F16 _blue;
        private F16 _green;
        private F16 _red;

        public void MultiplyAdd(F16 value, F16 blue, F16 green, F16 red)
        {
            _blue = F16.MultiplyAdd(value, blue, _blue);
            _green = F16.MultiplyAdd(value, green, _green);
            _red = F16.MultiplyAdd(value, red, _red);
        }

        public readonly void Store(ArrayView<F16> sums, int index)
        {
            sums[index] = _blue;
            sums[index + 1] = _green;
            sums[index + 2] = _red;
        }
    }
}
