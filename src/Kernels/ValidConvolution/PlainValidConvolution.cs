using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// k × k convolution without padding and its gradients, one work-item per result: the oracle for the fast forms and
/// the fallback for sizes that they do not take.
/// </summary>
/// <remarks>
/// y[i,j,k] = b[k] + Σ x[s·i + r, s·j + t, c]·w[r,t,c,k];
/// dx[h,v,c] (+)= Σ dy[i,j,k]·w[h − s·i, v − s·j, c, k] over the outputs (i,j) that read (h,v);
/// dw[r,t,c,k] += Σ x[s·i + r, s·j + t, c]·dy[i,j,k]. Shapes: <see cref="ValidConvolutionShape"/>.
/// A gradient of the weights is summed row by row, then over the rows: short sums lose less to rounding.
/// Launch: flat, one work-item per element without border and padding.
/// </remarks>
internal sealed class PlainValidConvolution(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, KernelTaps,
        PixelLayout, PixelLayout> _forward = new(engine, PlainValidConvolutionForwardKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, KernelTaps,
        PixelLayout, PixelLayout, Epilogue> _backward = new(engine, PlainValidConvolutionBackwardInputKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, KernelTaps, PixelLayout,
        PixelLayout> _weights = new(engine, PlainValidConvolutionBackwardWeightsKernel);

    private static void PlainValidConvolutionForwardKernel(
        ArrayView<float> input, ArrayView<float> weights, ArrayView<float> bias, ArrayView<float> output,
        KernelTaps taps, PixelLayout inputLayout, PixelLayout outputLayout)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            int pixel = item / outputLayout.Channels;
            int k = item - pixel * outputLayout.Channels;
            int row = pixel / outputLayout.Width;
            int column = pixel - row * outputLayout.Width;
            float sum = 0;
            for (int r = 0; r < taps.Side; r++)
            {
                for (int t = 0; t < taps.Side; t++)
                {
                    int x = inputLayout.Offset(row * taps.Stride + r, column * taps.Stride + t);
                    int w = taps.Offset(r, t, 0) + k;
                    for (int c = 0; c < taps.Channels; c++)
                        sum += input[x + c] * weights[w + c * taps.Pitch];
                }
            }
            output[outputLayout.Offset(row, column) + k] = sum + bias[k];
        }
    }

    private static void PlainValidConvolutionBackwardInputKernel(
        ArrayView<float> gradOutput, ArrayView<float> weights, ArrayView<float> mask, ArrayView<float> gradInput,
        KernelTaps taps, PixelLayout outputLayout, PixelLayout inputLayout, Epilogue epilogue)
    {
        int item = FlatLaunch.Item;
        if (item < inputLayout.Count)
        {
            int pixel = item / inputLayout.Channels;
            int c = item - pixel * inputLayout.Channels;
            int row = pixel / inputLayout.Width;
            int column = pixel - row * inputLayout.Width;
            int firstRow = IntrinsicMath.Max(0, row - taps.Side + taps.Stride) / taps.Stride;
            int firstColumn = IntrinsicMath.Max(0, column - taps.Side + taps.Stride) / taps.Stride;
            int lastRow = IntrinsicMath.Min(outputLayout.Height - 1, row / taps.Stride);
            int lastColumn = IntrinsicMath.Min(outputLayout.Width - 1, column / taps.Stride);
            float sum = 0;
            for (int i = firstRow; i <= lastRow; i++)
            {
                for (int j = firstColumn; j <= lastColumn; j++)
                {
                    int dy = outputLayout.Offset(i, j);
                    int w = taps.Offset(row - i * taps.Stride, column - j * taps.Stride, c);
                    for (int k = 0; k < outputLayout.Channels; k++)
                        sum += gradOutput[dy + k] * weights[w + k];
                }
            }
            epilogue.Store(gradInput, inputLayout.Offset(row, column) + c, sum, 0f, mask);
        }
    }

    private static void PlainValidConvolutionBackwardWeightsKernel(
        ArrayView<float> input, ArrayView<float> gradOutput, ArrayView<float> gradWeights, KernelTaps taps,
        PixelLayout inputLayout, PixelLayout outputLayout)
    {
        int item = FlatLaunch.Item;
        int count = taps.Side * taps.Side * taps.Channels * outputLayout.Channels;
        if (item < count)
        {
            int tapChannel = item / outputLayout.Channels;
            int k = item - tapChannel * outputLayout.Channels;
            int tap = tapChannel / taps.Channels;
            int c = tapChannel - tap * taps.Channels;
            int r = tap / taps.Side;
            int t = tap - r * taps.Side;
            float sum = 0;
            for (int i = 0; i < outputLayout.Height; i++)
            {
                int x = inputLayout.Offset(i * taps.Stride + r, t) + c;
                int dy = outputLayout.Offset(i, 0) + k;
                float rowSum = 0;
                for (int j = 0; j < outputLayout.Width; j++)
                    rowSum += input[x + j * taps.Stride * inputLayout.Pitch] * gradOutput[dy + j * outputLayout.Pitch];
                sum += rowSum;
            }
            gradWeights[tapChannel * taps.Pitch + k] += sum;
        }
    }

    public void Forward(
        Tensor input, DeviceArray weights, DeviceArray bias, Tensor output, in ValidConvolutionShape shape)
    {
        var outputLayout = new PixelLayout(output.Shape);
        using (engine.Launch("ValidConvolutionForward (plain)", shape.Flop,
            4.0 * (input.Shape.Length + weights.Length + output.Shape.Length)))
        {
            _forward.Launch(FlatLaunch.Over(outputLayout.Count), input.View, weights.View, bias.View, output.View,
                new KernelTaps(shape), new PixelLayout(input.Shape), outputLayout);
        }
    }

    public void BackwardInput(
        Tensor gradOutput, DeviceArray weights, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write,
        in ValidConvolutionShape shape)
    {
        var inputLayout = new PixelLayout(gradInput.Shape);
        using (engine.Launch("ValidConvolutionBackwardInput (plain)", shape.Flop, 4.0
            * (gradOutput.Shape.Length + weights.Length) + Accumulate.Bytes(gradInput.Shape, rectifiedBy, write)))
        {
            _backward.Launch(FlatLaunch.Over(inputLayout.Count), gradOutput.View, weights.View,
                Ones.IfNull(engine, rectifiedBy), gradInput.View, new KernelTaps(shape),
                new PixelLayout(gradOutput.Shape), inputLayout, new Epilogue(rectify: false, rectifiedBy, write));
        }
    }

    public void BackwardWeights(
        Tensor input, Tensor gradOutput, DeviceArray gradWeights, in ValidConvolutionShape shape)
    {
        int count = shape.WeightLength / shape.OutputPitch * shape.OutputChannels;
        using (engine.Launch("ValidConvolutionBackwardWeights (plain)", shape.Flop,
            4.0 * (input.Shape.Length + gradOutput.Shape.Length + 2 * gradWeights.Length)))
        {
            _weights.Launch(FlatLaunch.Over(count), input.View, gradOutput.View, gradWeights.View,
                new KernelTaps(shape), new PixelLayout(input.Shape), new PixelLayout(gradOutput.Shape));
        }
    }
}
