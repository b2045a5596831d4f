using ILGPU;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Convolutions without padding, forward and to the input, as products of windows with a weight matrix:
/// <see cref="WindowProductGpu"/> on a GPU, <see cref="WindowProductCpu"/> on a CPU or, where a picture comes out,
/// <see cref="PictureProductCpu"/>.
/// </summary>
/// <remarks>
/// The gradient of the input is, for each phase of the stride, a convolution of the output's gradient with turned
/// weights: see <see cref="PhaseTaps"/>.
/// </remarks>
internal sealed class WindowConvolution(Engine engine)
{
    private readonly MapReader _maps = engine.Get(e => new MapReader(e));

    /// <summary>Whether the forward pass can be computed so.</summary>
    public static bool TakesForward(Engine engine, in ValidConvolutionShape shape) =>
        Takes(engine, shape.Input.Channels, new WindowTarget(shape.Output));

    /// <summary>Whether the gradient of the input can be computed so.</summary>
    public static bool TakesBackward(Engine engine, in ValidConvolutionShape shape) =>
        // A stride above the kernel's side has phases that nothing reads. The last one has the fewest pixels in a row.
        shape.Kernel >= shape.Stride
        && Takes(engine, shape.OutputChannels, new WindowTarget(shape.Input, 0, shape.Stride - 1, shape.Stride));

    /// <summary>What the forward pass needs of the engine's shared workspace.</summary>
    public static IEnumerable<SharedScratch> ForwardScratch(Engine engine, in ValidConvolutionShape shape) =>
        ConvolutionWorkspace.Needs(
            MapReader.Length(engine, shape.Input, 0), ArrangedLength(engine, shape, new PhaseTaps(shape)));

    /// <summary>What the gradient of the input needs.</summary>
    public static IEnumerable<SharedScratch> BackwardScratch(Engine engine, in ValidConvolutionShape shape) =>
        ConvolutionWorkspace.Needs(
            MapReader.Length(engine, shape.Output, shape.BackwardMargin),
            ArrangedLength(engine, shape, new PhaseTaps(shape, 0, 0)));

    public void Forward(
        Tensor input, DeviceArray weights, DeviceArray bias, Tensor output, in ValidConvolutionShape shape)
    {
        MapWindows windows = _maps.Read(input, 0);
        var phase = new PhaseTaps(shape);
        ArrayView<float> arranged = Arrange(weights, shape, phase);
        using (engine.Launch("ValidConvolutionForward (direct)", shape.Flop,
            4.0 * (input.Shape.Length + weights.Length + output.Shape.Length)))
        {
            Launch(
                windows, windows.Source(0, 0, shape.Kernel, shape.Kernel, shape.Stride), arranged, bias.View,
                Ones.IfNull(engine, null), output, new WindowTarget(output.Shape), shape, phase,
                new Epilogue(rectify: false, rectifiedBy: null, GradientWrite.Assign));
        }
    }

    public void BackwardInput(
        Tensor gradOutput, DeviceArray weights, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write,
        in ValidConvolutionShape shape)
    {
        MapWindows windows = _maps.Read(gradOutput, shape.BackwardMargin);
        var epilogue = new Epilogue(rectify: false, rectifiedBy, write);
        for (int row = 0; row < shape.Stride; row++)
        {
            for (int column = 0; column < shape.Stride; column++)
            {
                var phase = new PhaseTaps(shape, row, column);
                ArrayView<float> arranged = Arrange(weights, shape, phase);
                var target = new WindowTarget(gradInput.Shape, row, column, shape.Stride);
                double share = (double)target.Height * target.Width / gradInput.Shape.Pixels;
                using (engine.Launch("ValidConvolutionBackwardInput (direct)",
                    2.0 * phase.Rows * phase.Columns * shape.OutputChannels * target.Height * target.Width
                        * gradInput.Shape.Channels,
                    share * (4.0 * gradOutput.Shape.Length + Accumulate.Bytes(gradInput.Shape, rectifiedBy, write))))
                {
                    // What stands in for the bias is the border's first row: zeros.
                    Launch(
                        windows, windows.Source(1 - phase.Rows, 1 - phase.Columns, phase.Rows, phase.Columns, 1),
                        arranged, gradInput.View, Ones.IfNull(engine, rectifiedBy), gradInput, target, shape, phase,
                        epilogue);
                }
            }
        }
    }

    /// <summary>The weights in the order that the product reads.</summary>
    private ArrayView<float> Arrange(DeviceArray weights, in ValidConvolutionShape shape, PhaseTaps phase)
    {
        int length = ArrangedLength(engine, shape, phase);
        if (length == 0)
            return weights.View;
        ArrayView<float> arranged = _maps.Workspace.ReserveWeights(length);
        if (engine.Class == DeviceClass.Gpu)
        {
            engine.Get(e => new WindowWeights(e)).Launch(weights, arranged, shape, phase);
            return arranged;
        }
        int turned = phase.IsForward > 0 ? 0 : TurnedWeightsCpu.Length(shape, phase);
        if (turned > 0)
            engine.Get(e => new TurnedWeightsCpu(e)).Launch(weights, arranged, shape, phase);
        if (length == turned)
            return arranged;
        ArrayView<float> transposed = arranged.SubView(turned);
        engine.Get(e => new PictureProductCpu(e)).Transpose(
            turned > 0 ? arranged : weights.View, transposed, Window(shape, phase));
        return transposed;
    }

    private void Launch(
        in MapWindows windows, in WindowSource source, ArrayView<float> weights, ArrayView<float> bias,
        ArrayView<float> mask, Tensor output, in WindowTarget target, in ValidConvolutionShape shape, PhaseTaps phase,
        Epilogue epilogue)
    {
        if (engine.Class == DeviceClass.Gpu)
        {
            engine.Get(e => new WindowProductGpu(e)).Launch(
                windows.View, source, windows.RowPixels, weights, bias, mask, output, target,
                WindowWeights.ProducedPitch(shape, phase), epilogue);
        }
        else if (IsPicture(target.Channels))
        {
            engine.Get(e => new PictureProductCpu(e)).Launch(
                windows.View, source, weights, bias, mask, output, target, epilogue);
        }
        else
        {
            engine.Get(e => new WindowProductCpu(e)).Launch(
                windows.View, source, weights, bias, mask, output, target, epilogue);
        }
    }

    private static bool Takes(Engine engine, int contracted, in WindowTarget target) =>
        engine.Class == DeviceClass.Gpu
        || WindowProductCpu.Takes(target)
        || PictureProductCpu.Takes(contracted, target);

    private static bool IsPicture(int produced) => produced == PictureProductCpu.Channels;

    /// <summary>Floats of the arranged weights, 0 where they are read as they lie.</summary>
    private static int ArrangedLength(Engine engine, in ValidConvolutionShape shape, PhaseTaps phase)
    {
        if (engine.Class == DeviceClass.Gpu)
            return WindowWeights.Length(shape, phase);
        bool isForward = phase.IsForward > 0;
        return (isForward ? 0 : TurnedWeightsCpu.Length(shape, phase))
            + (IsPicture(isForward ? shape.OutputChannels : shape.Input.Channels)
                ? PictureProductCpu.WeightLength(Window(shape, phase))
                : 0);
    }

    /// <summary>Floats of a window, without padding.</summary>
    private static int Window(in ValidConvolutionShape shape, PhaseTaps phase) =>
        phase.Rows * phase.Columns * (phase.IsForward > 0 ? shape.Input.Channels : shape.OutputChannels);
}
