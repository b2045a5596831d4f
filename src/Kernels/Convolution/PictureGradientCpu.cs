using ILGPU;
using ILGPU.Runtime;
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

    private readonly Action<KernelConfig, ArrayView<F16>, ArrayView<F16>, ArrayView<float>, ArrayView<float>,
        TapLayout, PixelLayout, PixelLayout, Epilogue> _kernel = engine.Accelerator.LoadStreamKernel<
            ArrayView<F16>, ArrayView<F16>, ArrayView<float>, ArrayView<float>, TapLayout, PixelLayout, PixelLayout,
            Epilogue>(PictureGradientCpuKernel);

    private static void PictureGradientCpuKernel(
        ArrayView<F16> gradOutput, ArrayView<F16> weights, ArrayView<float> mask, ArrayView<float> gradInput,
        TapLayout taps, PixelLayout outputLayout, PixelLayout inputLayout, Epilogue epilogue)
    {
        int pixel = Grid.IdxX * PixelSums.Pixels;
        int vectors = outputLayout.Channels / 16;
        int pitch = outputLayout.Pitch / 16;
        int tapPitch = taps.Block / 16;
        PixelSums blue = default;
        PixelSums green = default;
        PixelSums red = default;
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                int dy = (pixel + row * outputLayout.RowPixels + column) * pitch;
                for (int vector = 0; vector < vectors; vector++)
                {
                    int w = taps.Offset(3 * row + column, 16 * vector, 0) / 16;
                    blue.MultiplyAdd(gradOutput, dy, vector, pitch, weights[w]);
                    green.MultiplyAdd(gradOutput, dy, vector, pitch, weights[w + tapPitch]);
                    red.MultiplyAdd(gradOutput, dy, vector, pitch, weights[w + 2 * tapPitch]);
                }
            }
        }

        ArrayView<float> sums = LocalMemory.Allocate<float>(Channels * PixelSums.Pixels);
        blue.Store(sums, 0);
        green.Store(sums, PixelSums.Pixels);
        red.Store(sums, 2 * PixelSums.Pixels);
        int end = inputLayout.Height * inputLayout.RowPixels;
        int x = pixel % inputLayout.RowPixels;
        for (int i = 0; i < PixelSums.Pixels; i++)
        {
            if (x < inputLayout.Width)
            {
                if (pixel + i < end)
                {
                    int index = (pixel + i + inputLayout.RowPixels + 1) * inputLayout.Pitch;
                    epilogue.Store(gradInput, index, sums[i], 0f, mask);
                    epilogue.Store(gradInput, index + 1, sums[i + PixelSums.Pixels], 0f, mask);
                    epilogue.Store(gradInput, index + 2, sums[i + 2 * PixelSums.Pixels], 0f, mask);
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
            _kernel((items, 1), pass.Input.View.Cast<F16>(), pass.Weights.Taps.View.Cast<F16>(),
                Ones.IfNull(engine, pass.RectifiedBy), pass.Output.View,
                new TapLayout(pass.Weights, pass.Backward), new PixelLayout(pass.Input.Shape), new PixelLayout(output),
                pass.Epilogue);
        }
    }

    /// <summary>Sums of one produced channel at 8 pixels, each in 16 parts.</summary>
    internal struct PixelSums
    {
        public const int Pixels = 8;

        private F16 _pixel0;
        private F16 _pixel1;
        private F16 _pixel2;
        private F16 _pixel3;
        private F16 _pixel4;
        private F16 _pixel5;
        private F16 _pixel6;
        private F16 _pixel7;

        public void MultiplyAdd(ArrayView<F16> values, int first, int vector, int pitch, F16 weight)
        {
            _pixel0 += values[first + vector] * weight;
            _pixel1 += values[first + vector + pitch] * weight;
            _pixel2 += values[first + vector + 2 * pitch] * weight;
            _pixel3 += values[first + vector + 3 * pitch] * weight;
            _pixel4 += values[first + vector + 4 * pitch] * weight;
            _pixel5 += values[first + vector + 5 * pitch] * weight;
            _pixel6 += values[first + vector + 6 * pitch] * weight;
            _pixel7 += values[first + vector + 7 * pitch] * weight;
        }

        public readonly void Store(ArrayView<float> sums, int first)
        {
            sums[first] = F16.Sum(_pixel0);
            sums[first + 1] = F16.Sum(_pixel1);
            sums[first + 2] = F16.Sum(_pixel2);
            sums[first + 3] = F16.Sum(_pixel3);
            sums[first + 4] = F16.Sum(_pixel4);
            sums[first + 5] = F16.Sum(_pixel5);
            sums[first + 6] = F16.Sum(_pixel6);
            sums[first + 7] = F16.Sum(_pixel7);
        }
    }
}
