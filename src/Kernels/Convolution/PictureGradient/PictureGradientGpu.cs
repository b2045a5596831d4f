using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Gradient of the first convolution's input, the picture, on a GPU: three produced channels are too few for
/// <see cref="GpuMatrix"/>'s tiles, so each thread sums one pixel's.
/// </summary>
/// <remarks>
/// dx[i,j,c] (+)= Σ dy[i+r−1, j+s−1, k]·w[2−r,2−s,c,k], four k at a time: 12 multiply-adds for one quad of dy from
/// memory and three of w that all threads of a warp share. Reads Keras's own order [9][C′][K′].
/// Shapes: dy [H,W,K]; dx [H,W,3]. Launch: flat, one work-item per pixel.
/// </remarks>
internal sealed class PictureGradientGpu(Engine engine)
{
    private const int Channels = 3;

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<float>, ArrayView<float>, PixelLayout,
        PixelLayout, Epilogue> _kernel = new(engine, PictureGradientGpuKernel);

    private static void PictureGradientGpuKernel(
        ArrayView<F4> gradOutput, ArrayView<F4> taps, ArrayView<float> mask, ArrayView<float> gradInput,
        PixelLayout outputLayout, PixelLayout inputLayout, Epilogue epilogue)
    {
        int item = FlatLaunch.Item;
        if (item < inputLayout.Height * inputLayout.Width)
        {
            int row = item / inputLayout.Width;
            int column = item - row * inputLayout.Width;
            int pitch = outputLayout.Pitch / 4;
            F4 blue = default;
            F4 green = default;
            F4 red = default;
            for (int tap = 0; tap < ConvolutionWeights.TapCount; tap++)
            {
                int dy = outputLayout.Offset(row + tap / 3 - 1, column + tap % 3 - 1) / 4;
                int w = (ConvolutionWeights.TapCount - 1 - tap) * inputLayout.Pitch * pitch;
                for (int quad = 0; quad < pitch; quad++)
                {
                    F4 gradient = gradOutput[dy + quad];
                    blue += gradient * taps[w + quad];
                    green += gradient * taps[w + pitch + quad];
                    red += gradient * taps[w + 2 * pitch + quad];
                }
            }
            int index = inputLayout.Offset(row, column);
            epilogue.Store(gradInput, index, F4.Sum(blue), 0f, mask);
            epilogue.Store(gradInput, index + 1, F4.Sum(green), 0f, mask);
            epilogue.Store(gradInput, index + 2, F4.Sum(red), 0f, mask);
        }
    }

    /// <summary>Whether three channels are produced.</summary>
    public static bool Takes(TensorShape output) => output.Channels == Channels;

    /// <summary>Launches a backward pass.</summary>
    public void Launch(in ConvolutionPass pass)
    {
        TensorShape output = pass.Output.Shape;
        DeviceArray weights = pass.Weights.Packed(new WeightOrder(
            WeightTransform.Taps, Backward: false, output.PaddedChannels, pass.Input.Shape.PaddedChannels,
            pass.Input.Shape.PaddedChannels));
        using (engine.Launch("ConvolutionBackwardInput (picture)", pass.DirectFlop, pass.Bytes(weights.Length)))
        {
            _kernel.Launch(FlatLaunch.Over(output.Pixels), pass.Input.View.Cast<F4>(), weights.View.Cast<F4>(),
                Ones.IfNull(engine, pass.RectifiedBy), pass.Output.View,
                new PixelLayout(pass.Input.Shape), new PixelLayout(output), pass.Epilogue);
        }
    }
}
