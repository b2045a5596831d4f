using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// The weights with which the gradient of a convolution's input is itself a convolution: turned by 180°, input and
/// output channels swapped, and of a stride only the taps of one phase.
/// </summary>
/// <remarks>
/// Shapes: w [k][k][C][K′] → [n][m][K][C″], n and m the taps of <see cref="PhaseTaps"/>, C″ a multiple of 16, zero past
/// C. For OpenCL on a CPU. Launch: one work-item per tap and output channel, group size 1.
/// </remarks>
internal sealed class TurnedWeightsCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, KernelTaps, PhaseTaps, int, int> _kernel =
        new(engine, TurnedWeightsCpuKernel);

    private static void TurnedWeightsCpuKernel(
        ArrayView<float> weights, ArrayView<float> turned, KernelTaps taps, PhaseTaps phase, int outputChannels,
        int pitch)
    {
        int tap = Grid.IdxX / outputChannels;
        int k = Grid.IdxX - tap * outputChannels;
        int i = tap / phase.Columns;
        int j = tap - i * phase.Columns;
        int source = k + taps.Offset(phase.Row(i, taps.Stride), phase.Column(j, taps.Stride), 0);
        int target = Grid.IdxX * pitch;
        for (int c = 0; c < taps.Channels; c++)
            turned[target + c] = weights[source + c * taps.Pitch];
        for (int c = taps.Channels; c < pitch; c++)
            turned[target + c] = 0;
    }

    /// <summary>Floats of a phase's weights.</summary>
    public static int Length(in ValidConvolutionShape shape, PhaseTaps phase) => checked(
        phase.Rows * phase.Columns * shape.OutputChannels * ValidConvolutionShape.Padded(shape.Input.Channels));

    public void Launch(DeviceArray weights, ArrayView<float> turned, in ValidConvolutionShape shape, PhaseTaps phase)
    {
        int length = Length(shape, phase);
        using (engine.Launch(nameof(TurnedWeightsCpu), 0, 8.0 * length))
        {
            _kernel.Launch((phase.Rows * phase.Columns * shape.OutputChannels, 1), weights.View, turned,
                new KernelTaps(shape), phase, shape.OutputChannels, ValidConvolutionShape.Padded(shape.Input.Channels));
        }
    }
}
