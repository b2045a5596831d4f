using ILGPU;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Convolutions without padding for OpenCL on a CPU, forward and to the input, both as <see cref="WindowProductCpu"/>
/// or, where a picture comes out, <see cref="PictureProductCpu"/>.
/// </summary>
/// <remarks>
/// The gradient of the input is, for each phase of the stride, the convolution of the output's gradient with
/// <see cref="TurnedWeights"/>.
/// </remarks>
internal sealed class ValidConvolutionCpu(Engine engine)
{
    private readonly WindowProductCpu _product = engine.Get(e => new WindowProductCpu(e));
    private readonly PictureProductCpu _picture = engine.Get(e => new PictureProductCpu(e));
    private readonly MapReader _maps = engine.Get(e => new MapReader(e));
    private readonly TurnedWeights _turn = engine.Get(e => new TurnedWeights(e));

    /// <summary>Whether the forward pass can be computed so.</summary>
    public static bool TakesForward(in ValidConvolutionShape shape) =>
        Takes(shape.Input.Channels, new WindowTarget(shape.Output));

    /// <summary>Whether the gradient of the input can be computed so.</summary>
    public static bool TakesBackward(in ValidConvolutionShape shape) =>
        // The last phase has the fewest pixels in a row.
        Takes(shape.OutputChannels, new WindowTarget(shape.Input, 0, shape.Stride - 1, shape.Stride));

    /// <summary>What the forward pass needs of the engine's shared workspace.</summary>
    public static IEnumerable<SharedScratch> ForwardScratch(in ValidConvolutionShape shape) =>
        ConvolutionWorkspace.Needs(
            MapReader.Length(shape.Input, 0),
            IsPicture(shape.OutputChannels) ? PictureProductCpu.WeightLength(Window(shape)) : 0);

    /// <summary>What the gradient of the input needs.</summary>
    public static IEnumerable<SharedScratch> BackwardScratch(in ValidConvolutionShape shape) =>
        ConvolutionWorkspace.Needs(MapReader.Length(shape.Output, BackwardMargin(shape)), TurnedLength(shape));

    public void Forward(
        Tensor input, DeviceArray weights, DeviceArray bias, Tensor output, in ValidConvolutionShape shape)
    {
        MapWindows windows = _maps.Read(input, 0);
        bool isPicture = IsPicture(shape.OutputChannels);
        ArrayView<float> transposed = isPicture
            ? _maps.Workspace.ReserveWeights(PictureProductCpu.WeightLength(Window(shape)))
            : weights.View;
        using (engine.Launch("ValidConvolutionForward (direct)", shape.Flop,
            4.0 * (input.Shape.Length + weights.Length + output.Shape.Length)))
        {
            if (isPicture)
                _picture.Transpose(weights.View, transposed, Window(shape));
            Launch(
                windows, windows.Source(0, 0, shape.Kernel, shape.Kernel, shape.Stride), transposed, bias.View,
                Ones.IfNull(engine, null), output, new WindowTarget(output.Shape),
                new Epilogue(rectify: false, rectifiedBy: null, GradientWrite.Assign));
        }
    }

    public void BackwardInput(
        Tensor gradOutput, DeviceArray weights, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write,
        in ValidConvolutionShape shape)
    {
        MapWindows windows = _maps.Read(gradOutput, BackwardMargin(shape));
        ArrayView<float> turned = _maps.Workspace.ReserveWeights(TurnedLength(shape));
        int largest = new PhaseTaps(shape, 0, 0).Length;
        bool isPicture = IsPicture(shape.Input.Channels);
        ArrayView<float> ordered = isPicture ? turned.SubView(largest) : turned;
        var epilogue = new Epilogue(rectify: false, rectifiedBy, write);
        for (int row = 0; row < shape.Stride; row++)
        {
            for (int column = 0; column < shape.Stride; column++)
            {
                var phase = new PhaseTaps(shape, row, column);
                _turn.Launch(weights, turned, shape, phase);
                var target = new WindowTarget(gradInput.Shape, row, column, shape.Stride);
                double share = (double)target.Height * target.Width / gradInput.Shape.Pixels;
                using (engine.Launch("ValidConvolutionBackwardInput (direct)",
                    2.0 * phase.Rows * phase.Columns * phase.Contracted * target.Height * target.Width
                        * gradInput.Shape.Channels,
                    share * (4.0 * gradOutput.Shape.Length + Accumulate.Bytes(gradInput.Shape, rectifiedBy, write))))
                {
                    if (isPicture)
                        _picture.Transpose(turned, ordered, phase.Rows * phase.Columns * phase.Contracted);
                    // What stands in for the bias is the border's first row: zeros.
                    Launch(
                        windows, windows.Source(1 - phase.Rows, 1 - phase.Columns, phase.Rows, phase.Columns, 1),
                        ordered, gradInput.View, Ones.IfNull(engine, rectifiedBy), gradInput, target, epilogue);
                }
            }
        }
    }

    private void Launch(
        in MapWindows windows, in WindowSource source, ArrayView<float> weights, ArrayView<float> bias,
        ArrayView<float> mask, Tensor output, in WindowTarget target, Epilogue epilogue)
    {
        if (IsPicture(target.Channels))
            _picture.Launch(windows.View, source, weights, bias, mask, output, target, epilogue);
        else
            _product.Launch(windows.View, source, weights, bias, mask, output, target, epilogue);
    }

    private static bool Takes(int contracted, in WindowTarget target) =>
        WindowProductCpu.Takes(target) || PictureProductCpu.Takes(contracted, target);

    private static bool IsPicture(int produced) => produced == PictureProductCpu.Channels;

    /// <summary>Floats of a window.</summary>
    private static int Window(in ValidConvolutionShape shape) => shape.Kernel * shape.Kernel * shape.Input.Channels;

    private static int TurnedLength(in ValidConvolutionShape shape)
    {
        int turned = new PhaseTaps(shape, 0, 0).Length;
        return IsPicture(shape.Input.Channels) ? 2 * turned : turned;
    }

    /// <summary>Zeros that the gradient of the input reads around that of the output.</summary>
    private static int BackwardMargin(in ValidConvolutionShape shape) =>
        (shape.Kernel + shape.Stride - 2) / shape.Stride;
}
