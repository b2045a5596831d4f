using ILGPU;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Gradient of a convolution's weights for OpenCL on a CPU: <see cref="WeightProductCpu"/>, with the vectors along the
/// output's channels where these fill them, else along the input's.
/// </summary>
/// <remarks>
/// dw[r,t,c,k] = Σ x[i + r, j + t, c]·dy[i,j,k] = Σ x[h,v,c]·dy[h − r, v − t, k]: with the roles exchanged it is the
/// gradient of the weights, turned by 180°, of a convolution that takes the output's gradient within a margin of k − 1
/// zeros to the input; of stride 1 only.
/// </remarks>
internal sealed class WeightGradientCpu(Engine engine)
{
    private readonly WeightProductCpu _product = engine.Get(e => new WeightProductCpu(e));
    private readonly MapReader _maps = engine.Get(e => new MapReader(e));
    private readonly ShareTotal _total = engine.Get(e => new ShareTotal(e));

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, KernelTaps, int, int> _turnedTotal =
        new(engine, WeightGradientTurnedTotalCpuKernel);

    private static void WeightGradientTurnedTotalCpuKernel(
        ArrayView<float> partials, ArrayView<float> gradWeights, KernelTaps taps, int outputChannels, int shares)
    {
        int item = FlatLaunch.Item;
        int count = taps.Side * taps.Side * outputChannels * taps.Channels;
        if (item < count)
        {
            int pair = item / taps.Channels;
            int c = item - pair * taps.Channels;
            int tap = pair / outputChannels;
            int k = pair - tap * outputChannels;
            int turned = taps.Side * taps.Side - 1 - tap;
            float sum = 0;
            for (int share = 0; share < shares; share++)
                sum += partials[share * count + item];
            gradWeights[(turned * taps.Channels + c) * taps.Pitch + k] += sum;
        }
    }

    /// <summary>Whether the gradient can be computed so.</summary>
    public static bool Takes(in ValidConvolutionShape shape) => FillsOutput(shape) || FillsInput(shape);

    /// <summary>What it needs of the engine's shared workspace.</summary>
    public static IEnumerable<SharedScratch> Scratch(Engine engine, in ValidConvolutionShape shape) =>
        FillsOutput(shape)
            ? ConvolutionWorkspace.Needs(
                MapReader.Length(engine, shape.Input, 0), Partials(shape.Output, shape.WeightLength))
            : ConvolutionWorkspace.Needs(
                MapReader.Length(engine, shape.Output, shape.Kernel - 1), Partials(shape.Input, TurnedLength(shape)));

    public void Launch(Tensor input, Tensor gradOutput, DeviceArray gradWeights, in ValidConvolutionShape shape)
    {
        bool isTurned = !FillsOutput(shape);
        Tensor left = isTurned ? gradOutput : input;
        Tensor right = isTurned ? input : gradOutput;
        int count = isTurned ? TurnedLength(shape) : shape.WeightLength;
        MapWindows windows = _maps.Read(left, isTurned ? shape.Kernel - 1 : 0);
        int first = isTurned ? 1 - shape.Kernel : 0;
        ArrayView<float> partials = _maps.Workspace.ReserveWeights(Partials(right.Shape, count));
        using (engine.Launch("ValidConvolutionBackwardWeights (direct)", shape.Flop,
            4.0 * (left.Shape.Length + right.Shape.Length + Partials(right.Shape, count))))
        {
            _product.Launch(
                windows.View, windows.Source(first, first, shape.Kernel, shape.Kernel, shape.Stride), right, partials);
        }
        int shares = WeightProductCpu.Shares(right.Shape.Height);
        if (!isTurned)
        {
            _total.Launch(partials, shares, gradWeights, count);
            return;
        }
        using (engine.Launch(nameof(ShareTotal), (double)shares * count, 4.0 * (shares + 2) * count))
        {
            _turnedTotal.Launch(FlatLaunch.Over(count), partials, gradWeights.View, new KernelTaps(shape),
                shape.OutputChannels, shares);
        }
    }

    private static bool FillsOutput(in ValidConvolutionShape shape) =>
        WeightProductCpu.Takes(shape.Kernel * shape.Input.Channels, shape.OutputChannels);

    private static bool FillsInput(in ValidConvolutionShape shape) =>
        shape.Stride == 1 && WeightProductCpu.Takes(shape.Kernel * shape.OutputChannels, shape.Input.Channels);

    private static int TurnedLength(in ValidConvolutionShape shape) =>
        shape.Kernel * shape.Kernel * shape.OutputChannels * shape.Input.Channels;

    private static int Partials(TensorShape right, int count) => WeightProductCpu.Shares(right.Height) * count;
}
