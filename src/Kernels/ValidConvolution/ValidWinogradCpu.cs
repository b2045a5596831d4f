using ILGPU;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// 3×3 convolutions of stride 1 without padding by Winograd F(4×4,3×3), for OpenCL on a CPU: those of
/// <see cref="WinogradFusedCpu"/>, whose first window begins elsewhere.
/// </summary>
/// <remarks>
/// Forward the window of output (0, 0) begins at the input's first pixel instead of in its border. The gradient of the
/// input needs two pixels of zeros around that of the output, and rows of zeros below for tiles that reach past the
/// edge: it is copied. The weights' products are made anew for each pass.
/// </remarks>
internal sealed class ValidWinogradCpu(Engine engine)
{
    private const int Margin = 2;

    /// <summary>
    /// Rows of zeros below the copy: three that the last tiles reach, one for the last row's columns.
    /// </summary>
    private const int Tail = 4;

    private readonly WinogradFusedCpu _winograd = engine.Get(e => new WinogradFusedCpu(e));
    private readonly WinogradWeightsCpu _weights = engine.Get(e => new WinogradWeightsCpu(e));
    private readonly ConvolutionWorkspace _workspace = engine.Get(e => new ConvolutionWorkspace(e));

    /// <summary>Whether the forward pass can be computed so.</summary>
    public static bool TakesForward(Engine engine, in ValidConvolutionShape shape) =>
        Takes(engine, shape, Contracted(shape, backward: false), shape.Output);

    /// <summary>Whether the gradient of the input can be computed so.</summary>
    public static bool TakesBackward(Engine engine, in ValidConvolutionShape shape) =>
        Takes(engine, shape, Contracted(shape, backward: true), shape.Input);

    /// <summary>What the forward pass needs of the engine's shared workspace.</summary>
    public static IEnumerable<SharedScratch> ForwardScratch(Engine engine, in ValidConvolutionShape shape)
    {
        TensorShape contracted = Contracted(shape, backward: false);
        return ConvolutionWorkspace.Needs(
            WinogradFusedCpu.Scratch(engine, contracted, shape.Output),
            WinogradWeightsCpu.Scratch(contracted, shape.Output));
    }

    /// <summary>What the gradient of the input needs.</summary>
    public static IEnumerable<SharedScratch> BackwardScratch(Engine engine, in ValidConvolutionShape shape)
    {
        TensorShape contracted = Contracted(shape, backward: true);
        return ConvolutionWorkspace.Needs(
            CopyLength(shape) + WinogradFusedCpu.Scratch(engine, contracted, shape.Input),
            WinogradWeightsCpu.Scratch(contracted, shape.Input));
    }

    public void Forward(
        Tensor input, DeviceArray weights, DeviceArray bias, Tensor output, in ValidConvolutionShape shape)
    {
        ArrayView<float> scratch = _workspace.Reserve(WinogradFusedCpu.Scratch(
            engine, Contracted(shape, backward: false), output.Shape));
        ArrayView<F16> products = Products(weights, shape, backward: false);
        using (engine.Launch("ValidConvolutionForward (winograd)", shape.Flop,
            4.0 * (input.Shape.Length + weights.Length + output.Shape.Length)))
        {
            _winograd.Launch(
                input.View.SubView(shape.Input.Origin), new PixelLayout(shape.Input), products, bias.View,
                Ones.IfNull(engine, null).Cast<F16>(), output,
                new Epilogue(rectify: false, rectifiedBy: null, GradientWrite.Assign), scratch);
        }
    }

    public void BackwardInput(
        Tensor gradOutput, DeviceArray weights, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write,
        in ValidConvolutionShape shape)
    {
        TensorShape contracted = Contracted(shape, backward: true);
        long scratch = WinogradFusedCpu.Scratch(engine, contracted, gradInput.Shape);
        int length = CopyLength(shape);
        ArrayView<float> workspace = _workspace.Reserve(length + scratch);
        engine.Get(e => new DenseCopyCpu(e)).Launch(gradOutput, workspace, Margin, Tail);
        ArrayView<F16> products = Products(weights, shape, backward: true);
        // Rows of the copy are those of a bordered map that is two pixels wider; what stands in for the bias is the
        // border's first row: zeros.
        var layout = new PixelLayout(gradOutput.Shape with { Width = gradOutput.Shape.Width + 2 * Margin - 2 });
        using (engine.Launch("ValidConvolutionBackwardInput (winograd)", shape.Flop,
            4.0 * gradOutput.Shape.Length + Accumulate.Bytes(gradInput.Shape, rectifiedBy, write)))
        {
            _winograd.Launch(
                workspace, layout, products, gradInput.View, Ones.IfNull(engine, rectifiedBy).Cast<F16>(), gradInput,
                new Epilogue(rectify: false, rectifiedBy, write), workspace.SubView(length));
        }
    }

    private ArrayView<F16> Products(DeviceArray weights, in ValidConvolutionShape shape, bool backward)
    {
        TensorShape contracted = Contracted(shape, backward);
        TensorShape produced = backward ? shape.Input : shape.Output;
        ArrayView<F16> products = _workspace.ReserveWeights(
            WinogradWeightsCpu.Scratch(contracted, produced)).Cast<F16>();
        _weights.Launch(
            weights.View, new TapLayout(shape.Input.Channels, shape.OutputPitch, backward), contracted.Channels, 0,
            produced.Channels / RegisterTile.Columns, products);
        return products;
    }

    private static bool Takes(
        Engine engine, in ValidConvolutionShape shape, TensorShape contracted, TensorShape produced) =>
        engine.Class == DeviceClass.Cpu && shape.Kernel == 3 && shape.Stride == 1
        && WinogradCpu.Takes(contracted, produced) && WinogradCpu.IsFused(contracted, produced);

    /// <summary>The produced map with the channels that are contracted.</summary>
    private static TensorShape Contracted(in ValidConvolutionShape shape, bool backward) => backward
        ? shape.Input with { Channels = shape.OutputChannels }
        : shape.Output with { Channels = shape.Input.Channels };

    private static int CopyLength(in ValidConvolutionShape shape) => DenseCopyCpu.Length(shape.Output, Margin, Tail);
}
