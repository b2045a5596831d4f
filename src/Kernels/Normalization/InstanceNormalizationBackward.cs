using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Normalization;

/// <summary>
/// The backward pass of instance normalisation: dβ += Σ dy, dγ += Σ dy·x̂, and
/// dx (+)= γ/√(σ² + ε) · (dy − Σ dy/M − x̂·Σ dy·x̂/M).
/// </summary>
/// <remarks>
/// Shapes: x, dy, dx [H,W,C]; γ, dγ, dβ [C]; sums [2,C′]: Σ dy, Σ dy·x̂. dy is the gradient of the pre-activation where
/// a ReLU stands behind. Fixed order: each row's sums, then their total. Launch: a group for each row
/// (<see cref="RowPlace"/>); one for each channel; one work-item per quad of dx. On a CPU
/// <see cref="InstanceNormalizationCpu"/>.
/// </remarks>
public sealed class InstanceNormalizationBackward(Engine engine) : IDisposable
{
    private const int Values = 2;

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, QuadLayout> _rowsKernel =
        new(engine, InstanceGradientRowsKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int,
        int> _totalKernel = new(engine, InstanceGradientTotalKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int, ArrayView<F4>,
        ArrayView<F4>, ArrayView<float>, Constants> _inputKernel = new(engine, InstanceNormalizationBackwardKernel);

    private readonly ScratchArrays _rows = new(engine, Rows);

    private static ScratchLayout Rows { get; } = new("instance gradients of rows", floats => floats);

    /// <summary>Floats of the sums.</summary>
    public static int Length(TensorShape x) => Values * x.PaddedChannels;

    /// <summary>What launches need of the memory that all launches share.</summary>
    public static SharedScratch Scratch(TensorShape x) => Rows.Need(RowsLength(x));

    private static int RowsLength(TensorShape x) => checked(Values * x.Height * x.PaddedChannels);

    private static void InstanceGradientRowsKernel(
        ArrayView<F4> x, ArrayView<F4> gradOutput, ArrayView<F4> statistics, ArrayView<F4> rows, QuadLayout layout)
    {
        RowPlace at = RowPlace.Of(layout.Quads);
        int first = layout.Offset(at.Row, 0) + at.Quad;
        F4 near = statistics[at.Quad];
        F4 mean = statistics[at.Quad + layout.Quads];
        F4 sum = default;
        F4 product = default;
        for (int column = at.Lane; column < layout.Width; column += at.Lanes)
        {
            int i = first + column * layout.Quads;
            F4 gradient = gradOutput[i];
            sum += gradient;
            product += gradient * (x[i] - near - mean);
        }
        F4 sumTotal = at.Total(sum);
        F4 productTotal = at.Total(product);
        if (at.Stores)
        {
            int slot = at.Row * Values * layout.Quads + at.Quad;
            rows[slot] = sumTotal;
            rows[slot + layout.Quads] = productTotal * statistics[at.Quad + 2 * layout.Quads];
        }
    }

    private static void InstanceGradientTotalKernel(
        ArrayView<float> rows, ArrayView<float> sums, ArrayView<float> gradScale, ArrayView<float> gradBias, int height,
        int pitch, int channels)
    {
        int channel = Grid.IdxX;
        float sum = 0;
        float product = 0;
        for (int row = Group.IdxX; row < height; row += GroupSum.GroupSize)
        {
            int slot = row * Values * pitch + channel;
            sum += rows[slot];
            product += rows[slot + pitch];
        }
        float sumTotal = GroupSum.Of(sum);
        Group.Barrier();
        float productTotal = GroupSum.Of(product);
        if (Group.IdxX == 0)
        {
            sums[channel] = sumTotal;
            sums[channel + pitch] = productTotal;
            if (channel < channels)
            {
                gradScale[channel] = gradScale[channel] + productTotal;
                gradBias[channel] = gradBias[channel] + sumTotal;
            }
        }
    }

    private static void InstanceNormalizationBackwardKernel(
        ArrayView<F4> x, ArrayView<F4> gradOutput, ArrayView<F4> gradInput, ArrayView<F4> mask, int maskStride,
        ArrayView<F4> statistics, ArrayView<F4> sums, ArrayView<float> scale, Constants constants)
    {
        int item = FlatLaunch.Item;
        QuadLayout layout = constants.Layout;
        if (item < layout.Count)
        {
            QuadPlace at = layout.Place(item);
            int i = layout.Offset(at.Row, at.Column) + at.Quad;
            F4 inverse = statistics[at.Quad + 2 * layout.Quads];
            F4 normalized = inverse * (x[i] - statistics[at.Quad] - statistics[at.Quad + layout.Quads]);
            F4 share = F4.Broadcast(constants.Share);
            F4 ofMean = share * sums[at.Quad];
            F4 ofDeviation = share * sums[at.Quad + layout.Quads];
            F4 factor = inverse * ChannelQuad.Of(scale, at.Quad, constants.Channels);
            F4 contribution = factor * (gradOutput[i] - ofMean - normalized * ofDeviation);
            gradInput[i] = Accumulate.Onto(
                gradInput[i], Accumulate.Rectify(contribution, mask[i * maskStride]), constants.Keep);
        }
    }

    /// <summary>The sums, and the parameters' gradients.</summary>
    /// <param name="x">The features.</param>
    /// <param name="gradOutput">dy.</param>
    /// <param name="statistics">Those of x.</param>
    /// <param name="sums">Overwritten; of <see cref="Length"/>.</param>
    /// <param name="gradients">dγ and dβ, which are added to; null for none.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void LaunchSums(
        Tensor x, Tensor gradOutput, DeviceArray statistics, DeviceArray sums,
        (DeviceArray Scale, DeviceArray Bias)? gradients)
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorShape shape = x.Shape;
        Require.Shape(nameof(InstanceNormalizationBackward), gradOutput, shape);
        Require.Length(nameof(InstanceNormalizationBackward), statistics, InstanceStatistics.Length(shape));
        Require.Length(nameof(InstanceNormalizationBackward), sums, Length(shape));
        DeviceArray gradScale = sums;
        DeviceArray gradBias = sums;
        if (gradients is { } both)
        {
            (gradScale, gradBias) = both;
            Require.Length(nameof(InstanceNormalizationBackward), gradScale, shape.Channels);
            Require.Length(nameof(InstanceNormalizationBackward), gradBias, shape.Channels);
        }
        var layout = new QuadLayout(shape);
        DeviceArray rows = _rows.For(RowsLength(shape))[0];
        bool vectors = F16.Fit(engine, shape);
        InstanceNormalizationCpu cpu = engine.Get(e => new InstanceNormalizationCpu(e));
        using (engine.Launch("InstanceNormalizationBackward (rows)", 5.0 * shape.Length, 8.0 * shape.Length))
        {
            if (vectors)
            {
                cpu.LaunchRows(x, gradOutput, statistics, rows);
            }
            else
            {
                _rowsKernel.Launch(RowPlace.Over(layout.Height, layout.Quads), x.View.Cast<F4>(),
                    gradOutput.View.Cast<F4>(), statistics.View.Cast<F4>(), rows.View.Cast<F4>(), layout);
            }
        }
        using (engine.Launch("InstanceNormalizationBackward (total)", 2.0 * shape.Height * shape.Channels,
            4.0 * rows.Length))
        {
            if (vectors)
            {
                cpu.LaunchTotal(rows, sums, gradScale, gradBias, shape, addsGradients: gradients is not null);
            }
            else
            {
                _totalKernel.Launch(new KernelConfig(shape.PaddedChannels, GroupSum.GroupSize), rows.View, sums.View,
                    gradScale.View, gradBias.View, shape.Height, shape.PaddedChannels,
                    gradients is null ? 0 : shape.Channels);
            }
        }
    }

    /// <summary>The input's gradient.</summary>
    /// <param name="x">The features.</param>
    /// <param name="gradOutput">dy.</param>
    /// <param name="statistics">Those of x.</param>
    /// <param name="sums">Those of <see cref="LaunchSums"/>.</param>
    /// <param name="scale">γ.</param>
    /// <param name="gradInput">dx.</param>
    /// <param name="rectifiedBy">x where it is a ReLU's output.</param>
    /// <param name="write">Assign or add.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Launch(
        Tensor x, Tensor gradOutput, DeviceArray statistics, DeviceArray sums, DeviceArray scale, Tensor gradInput,
        Tensor? rectifiedBy, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorShape shape = x.Shape;
        Require.Shape(nameof(InstanceNormalizationBackward), gradOutput, shape);
        Require.Shape(nameof(InstanceNormalizationBackward), gradInput, shape);
        if (rectifiedBy is not null)
            Require.Shape(nameof(InstanceNormalizationBackward), rectifiedBy, shape);
        Require.Length(nameof(InstanceNormalizationBackward), statistics, InstanceStatistics.Length(shape));
        Require.Length(nameof(InstanceNormalizationBackward), sums, Length(shape));
        Require.Length(nameof(InstanceNormalizationBackward), scale, shape.Channels);
        using (engine.Launch(nameof(InstanceNormalizationBackward), 8.0 * shape.Length,
            8.0 * shape.Length + Accumulate.Bytes(shape, rectifiedBy, write)))
        {
            if (F16.Fit(engine, shape))
            {
                engine.Get(e => new InstanceNormalizationCpu(e)).LaunchInput(
                    x, gradOutput, statistics, sums, scale, gradInput, rectifiedBy, write);
                return;
            }
            _inputKernel.Launch(FlatLaunch.Over(new QuadLayout(shape).Count), x.View.Cast<F4>(),
                gradOutput.View.Cast<F4>(), gradInput.View.Cast<F4>(), Ones.IfNull(engine, rectifiedBy).Cast<F4>(),
                Ones.Stride(rectifiedBy), statistics.View.Cast<F4>(), sums.View.Cast<F4>(), scale.View,
                new Constants(shape, write));
        }
    }

    /// <summary>Frees the rows' sums.</summary>
    public void Dispose() => _rows.Dispose();

    internal readonly struct Constants
    {
        public readonly QuadLayout Layout;
        public readonly int Channels;

        /// <summary>1/M.</summary>
        public readonly float Share;

        public readonly float Keep;

        public Constants(TensorShape shape, GradientWrite write)
        {
            Layout = new QuadLayout(shape);
            Channels = shape.Channels;
            Share = 1f / shape.Pixels;
            Keep = Accumulate.Keep(write);
        }
    }
}
