using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// 3×3 convolution with zero padding, one work-item per output element: the oracle for the fast forms and the
/// fallback for channel counts that they do not take.
/// </summary>
/// <remarks>
/// Forward: y[i,j,k] = b[k] + Σ x[i+r−1, j+s−1, c]·w[r,s,c,k] over r, s ∈ {0,1,2} and c, then max(·, 0) where
/// rectified. Backward: dx[i,j,c] (+)= Σ dy[i+r−1, j+s−1, k]·w[2−r,2−s,c,k], the same sum with the kernel turned by
/// 180° and its channels swapped, times (x > 0) where the input is rectified. Shapes: x, dx [H,W,C], y, dy [H,W,K],
/// zero-bordered; w as <see cref="TapLayout"/> has it. Source: Simonyan and Zisserman 2014, arXiv:1409.1556. Launch:
/// flat, one work-item per element without border and padding.
/// </remarks>
internal sealed class PlainConvolution(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, TapLayout,
        PixelLayout, PixelLayout> _forward = new(engine, PlainConvolutionForwardKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int,
        TapLayout, PixelLayout, PixelLayout, float> _backward = new(engine, PlainConvolutionBackwardInputKernel);

    private static void PlainConvolutionForwardKernel(
        ArrayView<float> input, ArrayView<float> weights, ArrayView<float> bias, ArrayView<float> output,
        TapLayout taps, PixelLayout inputLayout, PixelLayout outputLayout)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            int pixel = item / outputLayout.Channels;
            int k = item - pixel * outputLayout.Channels;
            int row = pixel / outputLayout.Width;
            int column = pixel - row * outputLayout.Width;
            float sum = 0;
            for (int tap = 0; tap < ConvolutionWeights.TapCount; tap++)
            {
                int x = inputLayout.Offset(row + tap / 3 - 1, column + tap % 3 - 1);
                int w = taps.Offset(tap, 0, k);
                for (int c = 0; c < inputLayout.Channels; c++)
                    sum += input[x + c] * weights[w + c * taps.Block];
            }
            output[outputLayout.Offset(row, column) + k] = Epilogue.Floor(sum + bias[k], 0f);
        }
    }

    private static void PlainConvolutionBackwardInputKernel(
        ArrayView<float> gradOutput, ArrayView<float> weights, ArrayView<float> gradInput, ArrayView<float> mask,
        int maskStride, TapLayout taps, PixelLayout outputLayout, PixelLayout inputLayout, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < inputLayout.Count)
        {
            int pixel = item / inputLayout.Channels;
            int c = item - pixel * inputLayout.Channels;
            int row = pixel / inputLayout.Width;
            int column = pixel - row * inputLayout.Width;
            float sum = 0;
            for (int tap = 0; tap < ConvolutionWeights.TapCount; tap++)
            {
                int dy = outputLayout.Offset(row + tap / 3 - 1, column + tap % 3 - 1);
                for (int k = 0; k < outputLayout.Channels; k++)
                    sum += gradOutput[dy + k] * weights[taps.Offset(tap, k, c)];
            }
            int i = inputLayout.Offset(row, column) + c;
            gradInput[i] = Accumulate.Onto(
                gradInput[i], Accumulate.Rectify(sum, mask[i * maskStride]), keep);
        }
    }

    public void Launch(in ConvolutionPass pass)
    {
        var inputLayout = new PixelLayout(pass.Input.Shape);
        var outputLayout = new PixelLayout(pass.Output.Shape);
        var taps = new TapLayout(pass.Weights, pass.Backward);
        using (engine.Launch(PassName.Plain.Of(pass), pass.DirectFlop, pass.Bytes(pass.Weights.Taps.Length)))
        {
            if (pass.Backward)
            {
                _backward.Launch(FlatLaunch.Over(outputLayout.Count), pass.Input.View, pass.Weights.Taps.View,
                    pass.Output.View, Ones.IfNull(engine, pass.RectifiedBy), Ones.Stride(pass.RectifiedBy), taps,
                    inputLayout, outputLayout, Accumulate.Keep(pass.Write));
            }
            else
            {
                _forward.Launch(FlatLaunch.Over(outputLayout.Count), pass.Input.View, pass.Weights.Taps.View,
                    pass.Weights.Bias.View, pass.Output.View, taps, inputLayout, outputLayout);
            }
        }
    }
}
