using ILGPU;

namespace IlgpuStyle.Kernels.Upsampling;

/// <summary>Twice the size by repetition, forward and backward, for OpenCL on a CPU.</summary>
/// <remarks>
/// Formulas and shapes: <see cref="UpsampleNearestForward"/> and <see cref="UpsampleNearestBackward"/>; C a multiple of
/// 16. Launch: one work-item per row of x, group size 1.
/// </remarks>
internal sealed class UpsampleNearestCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, PixelLayout, PixelLayout> _forwardKernel =
        new(engine, UpsampleNearestForwardCpuKernel);

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, PixelLayout, PixelLayout, Epilogue>
        _backwardKernel = new(engine, UpsampleNearestBackwardCpuKernel);

    private static void UpsampleNearestForwardCpuKernel(
        ArrayView<F16> x, ArrayView<F16> y, PixelLayout inputLayout, PixelLayout outputLayout)
    {
        int row = Grid.IdxX;
        int vectors = inputLayout.Pitch / 16;
        long from = inputLayout.Offset(row, 0) / 16;
        long upper = outputLayout.Offset(2 * row, 0) / 16;
        long lower = outputLayout.Offset(2 * row + 1, 0) / 16;
        for (int column = 0; column < inputLayout.Width; column++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                F16 value = x[from];
                y[upper] = value;
                y[upper + vectors] = value;
                y[lower] = value;
                y[lower + vectors] = value;
                from++;
                upper++;
                lower++;
            }
            upper += vectors;
            lower += vectors;
        }
    }

    private static void UpsampleNearestBackwardCpuKernel(
        ArrayView<F16> gradOutput, ArrayView<F16> gradInput, ArrayView<F16> mask, PixelLayout outputLayout,
        PixelLayout inputLayout, Epilogue epilogue)
    {
        int row = Grid.IdxX;
        int vectors = inputLayout.Pitch / 16;
        int to = inputLayout.Offset(row, 0) / 16;
        long upper = outputLayout.Offset(2 * row, 0) / 16;
        long lower = outputLayout.Offset(2 * row + 1, 0) / 16;
        for (int column = 0; column < inputLayout.Width; column++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                F16 sum = gradOutput[upper] + gradOutput[upper + vectors]
                    + (gradOutput[lower] + gradOutput[lower + vectors]);
                epilogue.Store(gradInput, to, sum, F16.Broadcast(0f), mask);
                to++;
                upper++;
                lower++;
            }
            upper += vectors;
            lower += vectors;
        }
    }

    /// <summary>y, inside the launch that the forward launcher announces.</summary>
    public void LaunchForward(Tensor input, Tensor output) => _forwardKernel.Launch(
        (input.Shape.Height, 1), input.View.Cast<F16>(), output.View.Cast<F16>(), new PixelLayout(input.Shape),
        new PixelLayout(output.Shape));

    /// <summary>dx, inside the launch that the backward launcher announces.</summary>
    public void LaunchBackward(Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write) =>
        _backwardKernel.Launch((gradInput.Shape.Height, 1), gradOutput.View.Cast<F16>(), gradInput.View.Cast<F16>(),
            Ones.IfNull(engine, rectifiedBy).Cast<F16>(), new PixelLayout(gradOutput.Shape),
            new PixelLayout(gradInput.Shape), new Epilogue(rectify: false, rectifiedBy, write));
}
