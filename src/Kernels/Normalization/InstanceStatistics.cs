using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Normalization;

/// <summary>
/// The mean μ of each channel over the pixels and 1/√(σ² + ε) with the variance σ² = Σ (x − μ)²/M, M = H·W.
/// </summary>
/// <remarks>
/// Shapes: x [H,W,C]; rows [H,3,C′]; statistics [3,C′]: a value p near the mean, μ − p, 1/√(σ² + ε). The mean is kept in
/// two floats, because one near 10⁴σ would be rounded by 10⁻³σ.
/// Two stages in a fixed order. A row has its first pixel p, the mean m of x − p, and q = Σ (x − p − m)²; they depend on
/// no other row, so that a picture that comes in bands of whole rows has the same bits as one in one piece. The total
/// is taken around the first row's p: σ² = Σ (q + W·(p + m − μ)²)/M over the rows (Chan, Golub and LeVeque 1979).
/// Launch: a group for each row (<see cref="RowPlace"/>); then one for each channel. On a CPU
/// <see cref="InstanceStatisticsCpu"/>.
/// </remarks>
public sealed class InstanceStatistics(Engine engine) : IDisposable
{
    private const int Values = 3;

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, int, int> _rowsKernel =
        new(engine, InstanceRowsKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, int, int, float> _totalKernel =
        new(engine, InstanceStatisticsKernel);

    private readonly ScratchArrays _rows = new(engine, Rows);

    private static ScratchLayout Rows { get; } = new("instance statistics of rows", floats => floats);

    /// <summary>Floats of the statistics.</summary>
    public static int Length(TensorShape x) => Values * x.PaddedChannels;

    /// <summary>Floats of the rows' values.</summary>
    /// <param name="x">The whole picture's.</param>
    public static int RowsLength(TensorShape x) => checked(Values * x.Height * x.PaddedChannels);

    /// <summary>What <see cref="Launch"/> needs of the memory that all launches share.</summary>
    public static SharedScratch Scratch(TensorShape x) => Rows.Need(RowsLength(x));

    private static void InstanceRowsKernel(
        ArrayView<F4> x, ArrayView<F4> rows, QuadLayout layout, int firstRow, int firstSlot)
    {
        RowPlace at = RowPlace.Of(layout.Quads);
        int first = layout.Offset(firstRow + at.Row, 0) + at.Quad;
        F4 pivot = x[first];
        F4 sum = default;
        for (int column = at.Lane; column < layout.Width; column += at.Lanes)
            sum += x[first + column * layout.Quads] - pivot;
        F4 mean = F4.Broadcast(1f / layout.Width) * at.Total(sum);
        F4 squares = default;
        for (int column = at.Lane; column < layout.Width; column += at.Lanes)
        {
            F4 difference = x[first + column * layout.Quads] - pivot - mean;
            squares += difference * difference;
        }
        F4 total = at.Total(squares);
        if (at.Stores)
        {
            int slot = (firstSlot + at.Row) * Values * layout.Quads + at.Quad;
            rows[slot] = pivot;
            rows[slot + layout.Quads] = mean;
            rows[slot + 2 * layout.Quads] = total;
        }
    }

    private static void InstanceStatisticsKernel(
        ArrayView<float> rows, ArrayView<float> statistics, int height, int width, int pitch, float epsilon)
    {
        int channel = Grid.IdxX;
        float pivot = rows[channel];
        float sum = 0;
        for (int row = Group.IdxX; row < height; row += GroupSum.GroupSize)
        {
            int slot = row * Values * pitch + channel;
            sum += rows[slot] - pivot + rows[slot + pitch];
        }
        float mean = GroupSum.Of(sum) / height;
        Group.Barrier();
        float squares = 0;
        for (int row = Group.IdxX; row < height; row += GroupSum.GroupSize)
        {
            int slot = row * Values * pitch + channel;
            float difference = rows[slot] - pivot + rows[slot + pitch] - mean;
            squares += rows[slot + 2 * pitch] / width + difference * difference;
        }
        float variance = GroupSum.Of(squares) / height;
        if (Group.IdxX == 0)
        {
            statistics[channel] = pivot;
            statistics[channel + pitch] = mean;
            statistics[channel + 2 * pitch] = 1f / MathF.Sqrt(variance + epsilon);
        }
    }

    /// <summary>Of a tensor in one piece.</summary>
    /// <param name="x">The features.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="statistics">Overwritten; of <see cref="Length"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Launch(Tensor x, float epsilon, DeviceArray statistics)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Length(nameof(InstanceStatistics), statistics, Length(x.Shape));
        DeviceArray rows = _rows.For(RowsLength(x.Shape))[0];
        LaunchRows(x, 0, x.Shape.Height, rows, 0);
        LaunchTotal(rows, x.Shape, epsilon, statistics);
    }

    /// <summary>The first stage, of some rows of a band.</summary>
    /// <param name="x">The band, as wide as the picture.</param>
    /// <param name="firstRow">The first row in the band.</param>
    /// <param name="count">How many.</param>
    /// <param name="rows">The picture's rows; so many are overwritten.</param>
    /// <param name="firstSlot">The first of them: the place of the row in the picture.</param>
    /// <exception cref="ArgumentException">The band or the picture has no such rows.</exception>
    public void LaunchRows(Tensor x, int firstRow, int count, DeviceArray rows, int firstSlot)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(rows);
        long slots = rows.Length / (Values * x.Shape.PaddedChannels);
        if (firstRow < 0 || count < 1 || firstRow + count > x.Shape.Height || firstSlot < 0 || firstSlot + count > slots)
        {
            throw new ArgumentException(
                $"{nameof(InstanceStatistics)}: '{x.Name}' of {x.Shape} and '{rows.Name}' of {slots} rows have no "
                + $"{count} rows from {firstRow} and {firstSlot}.");
        }
        var layout = new QuadLayout(x.Shape);
        double length = (double)count * x.Shape.Width * x.Shape.Channels;
        using (engine.Launch("InstanceStatistics (rows)", 6 * length, 4 * length))
        {
            if (F16.Fit(engine, x.Shape))
            {
                engine.Get(e => new InstanceStatisticsCpu(e)).LaunchRows(x, firstRow, count, rows, firstSlot);
                return;
            }
            _rowsKernel.Launch(
                RowPlace.Over(count, layout.Quads), x.View.Cast<F4>(), rows.View.Cast<F4>(), layout, firstRow,
                firstSlot);
        }
    }

    /// <summary>The second stage, when every row of the picture has been there.</summary>
    /// <param name="rows">The picture's rows; of <see cref="RowsLength"/>.</param>
    /// <param name="x">The shape of the features of the whole picture.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="statistics">Overwritten; of <see cref="Length"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void LaunchTotal(DeviceArray rows, TensorShape x, float epsilon, DeviceArray statistics)
    {
        Require.Length(nameof(InstanceStatistics), rows, RowsLength(x));
        Require.Length(nameof(InstanceStatistics), statistics, Length(x));
        using (engine.Launch("InstanceStatistics (total)", 7.0 * x.Height * x.Channels, 4.0 * rows.Length))
        {
            if (F16.Fit(engine, x))
            {
                engine.Get(e => new InstanceStatisticsCpu(e)).LaunchTotal(rows, x, epsilon, statistics);
                return;
            }
            _totalKernel.Launch(new KernelConfig(x.PaddedChannels, GroupSum.GroupSize), rows.View, statistics.View,
                x.Height, x.Width, x.PaddedChannels, epsilon);
        }
    }

    /// <summary>Frees the rows' values.</summary>
    public void Dispose() => _rows.Dispose();
}
