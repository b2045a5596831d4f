using ILGPU;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Convolutions without padding for OpenCL on a CPU, forward and to the input, both as <see cref="WindowProductCpu"/>.
/// </summary>
/// <remarks>
/// The gradient of the input is, for each phase of the stride, the convolution of the output's gradient with
/// <see cref="TurnedWeights"/>. A map is read where it lies if its channels are not padded and one pixel of border is
/// enough, else from a <see cref="DenseCopy"/>.
/// </remarks>
internal sealed class ValidConvolutionCpu(Engine engine)
{
    private readonly WindowProductCpu _product = engine.Get(e => new WindowProductCpu(e));
    private readonly DenseCopy _copy = engine.Get(e => new DenseCopy(e));
    private readonly TurnedWeights _turn = engine.Get(e => new TurnedWeights(e));
    private readonly ConvolutionWorkspace _workspace = engine.Get(e => new ConvolutionWorkspace(e));

    /// <summary>Whether the forward pass can be computed so.</summary>
    public static bool TakesForward(in ValidConvolutionShape shape) =>
        WindowProductCpu.Takes(new WindowTarget(shape.Output));

    /// <summary>Whether the gradient of the input can be computed so.</summary>
    public static bool TakesBackward(in ValidConvolutionShape shape) =>
        // The last phase is the smallest.
        WindowProductCpu.Takes(new WindowTarget(shape.Input, 0, shape.Stride - 1, shape.Stride))
        && shape.Kernel >= shape.Stride;

    /// <summary>What the forward pass needs of the engine's shared workspace.</summary>
    public static IEnumerable<SharedScratch> ForwardScratch(in ValidConvolutionShape shape) =>
        ConvolutionWorkspace.Needs(CopyLength(shape.Input, 0), 0);

    /// <summary>What the gradient of the input needs.</summary>
    public static IEnumerable<SharedScratch> BackwardScratch(in ValidConvolutionShape shape) =>
        ConvolutionWorkspace.Needs(
            CopyLength(shape.Output, BackwardMargin(shape)), new PhaseTaps(shape, 0, 0).Length);

    public void Forward(
        Tensor input, DeviceArray weights, DeviceArray bias, Tensor output, in ValidConvolutionShape shape)
    {
        (ArrayView<float> view, MapWindows windows) = Windows(input, 0);
        using (engine.Launch("ValidConvolutionForward (direct)", shape.Flop,
            4.0 * (input.Shape.Length + weights.Length + output.Shape.Length)))
        {
            _product.Launch(
                view, windows.Source(0, 0, shape.Kernel, shape.Kernel, shape.Stride), weights.View, bias.View,
                Ones.IfNull(engine, null), output, new WindowTarget(output.Shape),
                new Epilogue(rectify: false, rectifiedBy: null, GradientWrite.Assign));
        }
    }

    public void BackwardInput(
        Tensor gradOutput, DeviceArray weights, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write,
        in ValidConvolutionShape shape)
    {
        (ArrayView<float> view, MapWindows windows) = Windows(gradOutput, BackwardMargin(shape));
        ArrayView<float> turned = _workspace.ReserveWeights(new PhaseTaps(shape, 0, 0).Length);
        var epilogue = new Epilogue(rectify: false, rectifiedBy, write);
        // What stands in for the bias is the first row of the border: zeros.
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
                    _product.Launch(
                        view, windows.Source(1 - phase.Rows, 1 - phase.Columns, phase.Rows, phase.Columns, 1), turned,
                        gradInput.View, Ones.IfNull(engine, rectifiedBy), gradInput, target, epilogue);
                }
            }
        }
    }

    /// <summary>A map to read windows from: where it lies, or copied.</summary>
    private (ArrayView<float> View, MapWindows Windows) Windows(Tensor map, int margin)
    {
        if (CopyLength(map.Shape, margin) is var length && length == 0)
            return (map.View, MapWindows.Of(map.Shape));
        ArrayView<float> copy = _workspace.Reserve(length);
        _copy.Launch(map, copy, margin);
        return (copy, MapWindows.OfCopy(map.Shape, margin));
    }

    /// <summary>Floats of the copy that windows are read from, 0 where they are read in place.</summary>
    private static int CopyLength(TensorShape shape, int margin) =>
        shape.Channels == shape.PaddedChannels && margin <= 1 ? 0 : DenseCopy.Length(shape, margin);

    /// <summary>Zeros that the gradient of the input reads around that of the output.</summary>
    private static int BackwardMargin(in ValidConvolutionShape shape) =>
        (shape.Kernel + shape.Stride - 2) / shape.Stride;
}

/// <summary>Where the pixels of a map lie, in floats, and the windows on them.</summary>
/// <param name="Origin">Pixel (0, 0).</param>
/// <param name="RowPitch">From one row to the next.</param>
/// <param name="PixelPitch">From one pixel to the next.</param>
internal readonly record struct MapWindows(int Origin, int RowPitch, int PixelPitch)
{
    /// <summary>Those of a tensor without padding of its channels.</summary>
    public static MapWindows Of(TensorShape shape) => new(shape.Origin, shape.RowPitch, shape.PaddedChannels);

    /// <summary>Those of a <see cref="DenseCopy"/>.</summary>
    public static MapWindows OfCopy(TensorShape shape, int margin)
    {
        int rowPitch = (shape.Width + 2 * margin) * shape.Channels;
        return new MapWindows(margin * (rowPitch + shape.Channels), rowPitch, shape.Channels);
    }

    /// <summary>Windows of rows × columns pixels, a stride apart, the first of which begins at (row, column).</summary>
    public WindowSource Source(int row, int column, int rows, int columns, int stride) => new(
        Origin + row * RowPitch + column * PixelPitch, stride * RowPitch, stride * PixelPitch, rows, RowPitch,
        columns * PixelPitch);
}
