using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Puts a convolution's weights into the order that <see cref="WindowProductGpu"/> reads, forward as they are, backward
/// as <see cref="TurnedWeightsCpu"/> turns them.
/// </summary>
/// <remarks>
/// [n][m][N′][M′]: taps by row and column, contracted channels padded as the map's, produced ones to whole tiles; zeros
/// there. Launch: flat, one work-item per element.
/// </remarks>
internal sealed class WindowWeights(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, KernelTaps, PhaseTaps, int, int, int> _kernel =
        new(engine, WindowWeightsKernel);

    private static void WindowWeightsKernel(
        ArrayView<float> weights, ArrayView<float> packed, KernelTaps taps, PhaseTaps phase, int outputChannels,
        int contractedPitch, int producedPitch)
    {
        int item = FlatLaunch.Item;
        if (item < phase.Rows * phase.Columns * contractedPitch * producedPitch)
        {
            int pair = item / producedPitch;
            int m = item - pair * producedPitch;
            int tap = pair / contractedPitch;
            int n = pair - tap * contractedPitch;
            int i = tap / phase.Columns;
            int j = tap - i * phase.Columns;
            float value = 0;
            if (phase.IsForward > 0)
            {
                if ((n < taps.Channels) & (m < outputChannels))
                    value = weights[taps.Offset(i, j, n) + m];
            }
            else
            {
                if ((n < outputChannels) & (m < taps.Channels))
                    value = weights[taps.Offset(phase.Row(i, taps.Stride), phase.Column(j, taps.Stride), m) + n];
            }
            packed[item] = value;
        }
    }

    /// <summary>Floats of a phase's weights.</summary>
    public static int Length(in ValidConvolutionShape shape, PhaseTaps phase) => checked(
        phase.Rows * phase.Columns * ContractedPitch(shape, phase) * ProducedPitch(shape, phase));

    /// <summary>M′.</summary>
    public static int ProducedPitch(in ValidConvolutionShape shape, PhaseTaps phase)
    {
        int produced = phase.IsForward > 0 ? shape.OutputChannels : shape.Input.Channels;
        int multiple = WindowProductGpu.ColumnMultiple;
        return (produced + multiple - 1) / multiple * multiple;
    }

    public void Launch(DeviceArray weights, ArrayView<float> packed, in ValidConvolutionShape shape, PhaseTaps phase)
    {
        int length = Length(shape, phase);
        using (engine.Launch(nameof(WindowWeights), 0, 4.0 * (weights.Length + length)))
        {
            _kernel.Launch(FlatLaunch.Over(length), weights.View, packed, new KernelTaps(shape), phase,
                shape.OutputChannels, ContractedPitch(shape, phase), ProducedPitch(shape, phase));
        }
    }

    private static int ContractedPitch(in ValidConvolutionShape shape, PhaseTaps phase) =>
        (phase.IsForward > 0 ? shape.Input : shape.Output).PaddedChannels;
}
