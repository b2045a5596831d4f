using ILGPU;

namespace IlgpuStyle.Kernels.Normalization;

/// <summary>Instance normalisation, forward and backward, for OpenCL on a CPU.</summary>
/// <remarks>
/// Formulas and shapes: <see cref="InstanceNormalizationForward"/> and <see cref="InstanceNormalizationBackward"/>; C a
/// multiple of 16. Launch: one work-item per row, which takes sixteen channels at a time; for the total one per sixteen
/// channels; group size 1.
/// </remarks>
internal sealed class InstanceNormalizationCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        PixelLayout, float> _forwardKernel = new(engine, InstanceNormalizationForwardCpuKernel);

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, PixelLayout>
        _rowsKernel = new(engine, InstanceGradientRowsCpuKernel);

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, int, int,
        int> _totalKernel = new(engine, InstanceGradientTotalCpuKernel);

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        ArrayView<F16>, ArrayView<F16>, PixelLayout, Epilogue> _inputKernel =
        new(engine, InstanceNormalizationBackwardCpuKernel);

    private static void InstanceNormalizationForwardCpuKernel(
        ArrayView<F16> x, ArrayView<F16> y, ArrayView<F16> statistics, ArrayView<F16> scale, ArrayView<F16> bias,
        PixelLayout layout, float floor)
    {
        int vectors = layout.Pitch / 16;
        for (int vector = 0; vector < vectors; vector++)
        {
            F16 near = statistics[vector];
            F16 mean = statistics[vector + vectors];
            F16 factor = statistics[vector + 2 * vectors] * scale[vector];
            F16 offset = bias[vector];
            long i = layout.Offset(Grid.IdxX, 0) / 16 + vector;
            for (int column = 0; column < layout.Width; column++)
            {
                y[i] = F16.Floor(F16.MultiplyAdd(factor, x[i] - near - mean, offset), floor);
                i += vectors;
            }
        }
    }

    private static void InstanceGradientRowsCpuKernel(
        ArrayView<F16> x, ArrayView<F16> gradOutput, ArrayView<F16> statistics, ArrayView<F16> rows, PixelLayout layout)
    {
        int row = Grid.IdxX;
        int vectors = layout.Pitch / 16;
        for (int vector = 0; vector < vectors; vector++)
        {
            F16 near = statistics[vector];
            F16 mean = statistics[vector + vectors];
            F16 sum = F16.Broadcast(0f);
            F16 product = F16.Broadcast(0f);
            long i = layout.Offset(row, 0) / 16 + vector;
            for (int column = 0; column < layout.Width; column++)
            {
                F16 gradient = gradOutput[i];
                sum += gradient;
                product = F16.MultiplyAdd(gradient, x[i] - near - mean, product);
                i += vectors;
            }
            int slot = row * 2 * vectors + vector;
            rows[slot] = sum;
            rows[slot + vectors] = product * statistics[vector + 2 * vectors];
        }
    }

    private static void InstanceGradientTotalCpuKernel(
        ArrayView<F16> rows, ArrayView<F16> sums, ArrayView<F16> gradScale, ArrayView<F16> gradBias, int height,
        int vectors, int addsGradients)
    {
        int vector = Grid.IdxX;
        F16 sum = F16.Broadcast(0f);
        F16 product = F16.Broadcast(0f);
        for (int first = 0; first < height; first += InstanceStatisticsCpu.Block)
        {
            F16 sumPart = F16.Broadcast(0f);
            F16 productPart = F16.Broadcast(0f);
            for (int row = first; row < IntrinsicMath.Min(first + InstanceStatisticsCpu.Block, height); row++)
            {
                int slot = row * 2 * vectors + vector;
                sumPart += rows[slot];
                productPart += rows[slot + vectors];
            }
            sum += sumPart;
            product += productPart;
        }
        sums[vector] = sum;
        sums[vector + vectors] = product;
        if (addsGradients != 0)
        {
            gradScale[vector] = gradScale[vector] + product;
            gradBias[vector] = gradBias[vector] + sum;
        }
    }

    private static void InstanceNormalizationBackwardCpuKernel(
        ArrayView<F16> x, ArrayView<F16> gradOutput, ArrayView<F16> gradInput, ArrayView<F16> mask,
        ArrayView<F16> statistics, ArrayView<F16> sums, ArrayView<F16> scale, PixelLayout layout, Epilogue epilogue)
    {
        int vectors = layout.Pitch / 16;
        F16 share = F16.Broadcast(1f / (layout.Height * layout.Width));
        for (int vector = 0; vector < vectors; vector++)
        {
            F16 near = statistics[vector];
            F16 mean = statistics[vector + vectors];
            F16 inverse = statistics[vector + 2 * vectors];
            F16 factor = inverse * scale[vector];
            F16 ofMean = share * sums[vector];
            F16 ofDeviation = inverse * share * sums[vector + vectors];
            int i = layout.Offset(Grid.IdxX, 0) / 16 + vector;
            for (int column = 0; column < layout.Width; column++)
            {
                F16 contribution = factor * (gradOutput[i] - ofMean - (x[i] - near - mean) * ofDeviation);
                epilogue.Store(gradInput, i, contribution, F16.Broadcast(0f), mask);
                i += vectors;
            }
        }
    }

    /// <summary>y, inside the launch that the forward launcher announces; so below.</summary>
    public void LaunchForward(
        Tensor x, DeviceArray statistics, DeviceArray scale, DeviceArray bias, Tensor y, float floor) =>
        _forwardKernel.Launch((x.Shape.Height, 1), x.View.Cast<F16>(), y.View.Cast<F16>(), statistics.View.Cast<F16>(),
            scale.View.Cast<F16>(), bias.View.Cast<F16>(), new PixelLayout(x.Shape), floor);

    /// <summary>Each row's sums.</summary>
    public void LaunchRows(Tensor x, Tensor gradOutput, DeviceArray statistics, DeviceArray rows) => _rowsKernel.Launch(
        (x.Shape.Height, 1), x.View.Cast<F16>(), gradOutput.View.Cast<F16>(), statistics.View.Cast<F16>(),
        rows.View.Cast<F16>(), new PixelLayout(x.Shape));

    /// <summary>Their total, and whether it is added to the gradients.</summary>
    public void LaunchTotal(
        DeviceArray rows, DeviceArray sums, DeviceArray gradScale, DeviceArray gradBias, TensorShape x,
        bool addsGradients) =>
        _totalKernel.Launch((x.Channels / 16, 1), rows.View.Cast<F16>(), sums.View.Cast<F16>(),
            gradScale.View.Cast<F16>(), gradBias.View.Cast<F16>(), x.Height, x.Channels / 16, addsGradients ? 1 : 0);

    /// <summary>dx.</summary>
    public void LaunchInput(
        Tensor x, Tensor gradOutput, DeviceArray statistics, DeviceArray sums, DeviceArray scale, Tensor gradInput,
        Tensor? rectifiedBy, GradientWrite write) =>
        _inputKernel.Launch((x.Shape.Height, 1), x.View.Cast<F16>(), gradOutput.View.Cast<F16>(),
            gradInput.View.Cast<F16>(), Ones.IfNull(engine, rectifiedBy).Cast<F16>(), statistics.View.Cast<F16>(),
            sums.View.Cast<F16>(), scale.View.Cast<F16>(), new PixelLayout(x.Shape),
            new Epilogue(rectify: false, rectifiedBy, write));
}
