using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Gradient of the first convolution's input, the picture, on a GPU: three produced channels are too few for
/// <see cref="GpuMatrix"/>'s tiles, so two threads sum one pixel's.
/// </summary>
/// <remarks>
/// dx[i,j,c] (+)= Σ dy[i+r−1, j+s−1, k]·w[2−r,2−s,c,k], four k at a time: 12 multiply-adds for one quad of dy from
/// memory and three of w that a warp shares. One thread takes the even quads of k, the other the odd ones, so that a
/// warp reads whole sectors of memory; their sums meet in shared memory. Reads Keras's own order [9][C′][K′].
/// Shapes: dy [H,W,K]; dx [H,W,3]. Launch: two work-items per pixel.
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
        ArrayView<F4> oddSums = SharedMemory.Allocate<F4>(FlatLaunch.GroupSize / 2);
        int parity = Group.IdxX & 1;
        int item = FlatLaunch.Item / 2;
        int pixels = inputLayout.Height * inputLayout.Width;
        // The threads past the last pixel repeat it, since all must reach the barrier.
        int pixel = IntrinsicMath.Min(item, pixels - 1);
        int row = pixel / inputLayout.Width;
        int column = pixel - row * inputLayout.Width;
        int pitch = outputLayout.Pitch / 4;
        F4 blue = default;
        F4 green = default;
        F4 red = default;
        for (int tap = 0; tap < ConvolutionWeights.TapCount; tap++)
        {
            int dy = outputLayout.Offset(row + tap / 3 - 1, column + tap % 3 - 1) / 4;
            int w = (ConvolutionWeights.TapCount - 1 - tap) * inputLayout.Pitch * pitch;
            for (int quad = parity; quad < pitch; quad += 2)
            {
                F4 gradient = gradOutput[dy + quad];
                blue += gradient * taps[w + quad];
                green += gradient * taps[w + pitch + quad];
                red += gradient * taps[w + 2 * pitch + quad];
            }
        }
        var sums = new F4(F4.Sum(blue), F4.Sum(green), F4.Sum(red), 0f);
        if (parity > 0)
            oddSums[Group.IdxX / 2] = sums;
        Group.Barrier();
        if ((parity == 0) & (item < pixels))
        {
            int index = inputLayout.Offset(row, column);
            sums += oddSums[Group.IdxX / 2];
            epilogue.Store(gradInput, index, sums.X, 0f, mask);
            epilogue.Store(gradInput, index + 1, sums.Y, 0f, mask);
            epilogue.Store(gradInput, index + 2, sums.Z, 0f, mask);
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
            _kernel.Launch(FlatLaunch.Over(2 * output.Pixels), pass.Input.View.Cast<F4>(), weights.View.Cast<F4>(),
                Ones.IfNull(engine, pass.RectifiedBy), pass.Output.View,
                new PixelLayout(pass.Input.Shape), new PixelLayout(output), pass.Epilogue);
        }
    }
}
