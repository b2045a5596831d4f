using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// The weights with which the gradient of a convolution's input is itself a convolution: turned by 180°, input and
/// output channels swapped, and of a stride only the taps of one phase.
/// </summary>
/// <remarks>
/// Input pixels h ≡ a (mod s) are read through the taps r = a, a + s, … only: u[i,j,k,c] = w[a + s·(n − 1 − i),
/// b + s·(m − 1 − j), c, k] for n × m taps of phase (a, b). Shapes: w [r][t][C][K′] → u [n][m][K][C″], C″ a multiple
/// of 16, zero past C. For OpenCL on a CPU. Launch: one work-item per tap and output channel, group size 1.
/// </remarks>
internal sealed class TurnedWeights(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, KernelTaps, PhaseTaps> _kernel =
        new(engine, TurnedWeightsCpuKernel);

    private static void TurnedWeightsCpuKernel(
        ArrayView<float> weights, ArrayView<float> turned, KernelTaps taps, PhaseTaps phase)
    {
        int tap = Grid.IdxX / phase.Contracted;
        int k = Grid.IdxX - tap * phase.Contracted;
        int i = tap / phase.Columns;
        int j = tap - i * phase.Columns;
        int source = k + taps.Offset(
            phase.FirstRow + taps.Stride * (phase.Rows - 1 - i),
            phase.FirstColumn + taps.Stride * (phase.Columns - 1 - j), 0);
        int target = Grid.IdxX * phase.Pitch;
        for (int c = 0; c < taps.Channels; c++)
            turned[target + c] = weights[source + c * taps.Pitch];
        for (int c = taps.Channels; c < phase.Pitch; c++)
            turned[target + c] = 0;
    }

    public void Launch(DeviceArray weights, ArrayView<float> turned, in ValidConvolutionShape shape, PhaseTaps phase)
    {
        // A stride above the kernel's side leaves pixels that nothing reads.
        if (phase.Length == 0)
            return;
        using (engine.Launch(nameof(TurnedWeights), 0, 8.0 * phase.Length))
            _kernel.Launch((phase.Rows * phase.Columns * phase.Contracted, 1), weights.View, turned, new KernelTaps(shape), phase);
    }
}

/// <summary>The taps that reach input pixels of one phase of the stride.</summary>
internal readonly struct PhaseTaps
{
    public PhaseTaps(ValidConvolutionShape shape, int firstRow, int firstColumn)
    {
        FirstRow = firstRow;
        FirstColumn = firstColumn;
        Rows = Count(shape, firstRow);
        Columns = Count(shape, firstColumn);
        Contracted = shape.OutputChannels;
        Pitch = ValidConvolutionShape.Padded(shape.Input.Channels);
    }

    /// <summary>a.</summary>
    public readonly int FirstRow;

    /// <summary>b.</summary>
    public readonly int FirstColumn;

    /// <summary>n.</summary>
    public readonly int Rows;

    /// <summary>m.</summary>
    public readonly int Columns;

    /// <summary>K.</summary>
    public readonly int Contracted;

    /// <summary>C″.</summary>
    public readonly int Pitch;

    /// <summary>Floats of the turned weights.</summary>
    public int Length => Rows * Columns * Contracted * Pitch;

    private static int Count(ValidConvolutionShape shape, int first) =>
        (shape.Kernel - first + shape.Stride - 1) / shape.Stride;
}
