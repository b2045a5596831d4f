using ILGPU;

namespace IlgpuStyle.Kernels.Padding;

/// <summary>Padding by reflection, forward and backward, for OpenCL on a CPU.</summary>
/// <remarks>
/// Formulas and shapes: <see cref="ReflectPadForward"/> and <see cref="ReflectPadBackward"/>; backward, C a multiple of
/// 16. Launch: one work-item per row that is written, group size 1: what lies between the reflections is copied in one
/// run, without a division for each quad.
/// </remarks>
internal sealed class ReflectPadCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout, PixelLayout> _forwardKernel =
        new(engine, ReflectPadForwardCpuKernel);

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, PixelLayout, PixelLayout, Epilogue>
        _backwardKernel = new(engine, ReflectPadBackwardCpuKernel);

    private static void ReflectPadForwardCpuKernel(
        ArrayView<float> x, ArrayView<float> y, PixelLayout inputLayout, PixelLayout outputLayout)
    {
        int row = Grid.IdxX;
        int pitch = inputLayout.Pitch;
        int padding = (outputLayout.Height - inputLayout.Height) / 2;
        long from = inputLayout.Offset(ReflectPadForward.Reflected(row - padding, inputLayout.Height), 0);
        long to = outputLayout.Offset(row, padding);
        int run = inputLayout.Width * pitch;
        for (int i = 0; i < run; i++)
            y[to + i] = x[from + i];
        int last = run - pitch;
        for (int distance = pitch; distance <= padding * pitch; distance += pitch)
        {
            for (int channel = 0; channel < pitch; channel++)
            {
                y[to - distance + channel] = x[from + distance + channel];
                y[to + last + distance + channel] = x[from + last - distance + channel];
            }
        }
    }

    private static void ReflectPadBackwardCpuKernel(
        ArrayView<F16> gradOutput, ArrayView<F16> gradInput, ArrayView<F16> mask, PixelLayout outputLayout,
        PixelLayout inputLayout, Epilogue epilogue)
    {
        int row = Grid.IdxX;
        int vectors = inputLayout.Pitch / 16;
        int padding = (outputLayout.Height - inputLayout.Height) / 2;
        int above = ReflectPadBackward.Image(1, row, padding, inputLayout.Height);
        int below = ReflectPadBackward.Image(2, row, padding, inputLayout.Height);
        int to = inputLayout.Offset(row, 0) / 16;
        for (int column = 0; column < inputLayout.Width; column++)
        {
            int front = ReflectPadBackward.Image(1, column, padding, inputLayout.Width);
            int behind = ReflectPadBackward.Image(2, column, padding, inputLayout.Width);
            for (int vector = 0; vector < vectors; vector++)
            {
                F16 sum = F16.Broadcast(0f);
                if (above >= 0)
                    sum = OfRow(gradOutput, outputLayout, above, column + padding, front, behind, vector);
                sum += OfRow(gradOutput, outputLayout, row + padding, column + padding, front, behind, vector);
                if (below >= 0)
                    sum += OfRow(gradOutput, outputLayout, below, column + padding, front, behind, vector);
                epilogue.Store(gradInput, to, sum, F16.Broadcast(0f), mask);
                to++;
            }
        }
    }

    /// <summary>What a pixel's images in a row received; front and behind are −1 where there is none.</summary>
    private static F16 OfRow(
        ArrayView<F16> gradOutput, PixelLayout layout, int row, int column, int front, int behind, int vector)
    {
        F16 sum = gradOutput[layout.Offset(row, column) / 16 + vector];
        if (front >= 0)
            sum += gradOutput[layout.Offset(row, front) / 16 + vector];
        if (behind >= 0)
            sum += gradOutput[layout.Offset(row, behind) / 16 + vector];
        return sum;
    }

    /// <summary>y, inside the launch that the forward launcher announces.</summary>
    public void LaunchForward(Tensor input, Tensor output) => _forwardKernel.Launch(
        (output.Shape.Height, 1), input.View, output.View, new PixelLayout(input.Shape), new PixelLayout(output.Shape));

    /// <summary>dx, inside the launch that the backward launcher announces.</summary>
    public void LaunchBackward(Tensor gradOutput, Tensor gradInput, Tensor? rectifiedBy, GradientWrite write) =>
        _backwardKernel.Launch((gradInput.Shape.Height, 1), gradOutput.View.Cast<F16>(), gradInput.View.Cast<F16>(),
            Ones.IfNull(engine, rectifiedBy).Cast<F16>(), new PixelLayout(gradOutput.Shape),
            new PixelLayout(gradInput.Shape), new Epilogue(rectify: false, rectifiedBy, write));
}
