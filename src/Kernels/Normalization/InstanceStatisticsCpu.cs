using ILGPU;

namespace IlgpuStyle.Kernels.Normalization;

/// <summary>The two stages of <see cref="InstanceStatistics"/> for OpenCL on a CPU.</summary>
/// <remarks>
/// C a multiple of 16. Launch: one work-item per row, whose second pass reads from the cache, then one per sixteen
/// channels; group size 1. Blocks of rows keep the sums short.
/// </remarks>
internal sealed class InstanceStatisticsCpu(Engine engine)
{
    /// <summary>Rows that are added up before they join the total.</summary>
    internal const int Block = 64;

    private const int Values = 3;

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, PixelLayout, int, int> _rowsKernel =
        new(engine, InstanceRowsCpuKernel);

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, int, int, int, float> _totalKernel =
        new(engine, InstanceStatisticsCpuKernel);

    private static void InstanceRowsCpuKernel(
        ArrayView<F16> x, ArrayView<F16> rows, PixelLayout layout, int firstRow, int firstSlot)
    {
        int row = Grid.IdxX;
        int vectors = layout.Pitch / 16;
        F16 share = F16.Broadcast(1f / layout.Width);
        for (int vector = 0; vector < vectors; vector++)
        {
            long first = layout.Offset(firstRow + row, 0) / 16 + vector;
            F16 pivot = x[first];
            F16 sum = F16.Broadcast(0f);
            long i = first;
            for (int column = 0; column < layout.Width; column++)
            {
                sum += x[i] - pivot;
                i += vectors;
            }
            F16 mean = share * sum;
            F16 squares = F16.Broadcast(0f);
            i = first;
            for (int column = 0; column < layout.Width; column++)
            {
                F16 difference = x[i] - pivot - mean;
                squares = F16.MultiplyAdd(difference, difference, squares);
                i += vectors;
            }
            int slot = (firstSlot + row) * Values * vectors + vector;
            rows[slot] = pivot;
            rows[slot + vectors] = mean;
            rows[slot + 2 * vectors] = squares;
        }
    }

    private static void InstanceStatisticsCpuKernel(
        ArrayView<F16> rows, ArrayView<F16> statistics, int height, int width, int vectors, float epsilon)
    {
        int vector = Grid.IdxX;
        int pitch = Values * vectors;
        F16 pivot = rows[vector];
        F16 sum = F16.Broadcast(0f);
        for (int first = 0; first < height; first += Block)
        {
            F16 part = F16.Broadcast(0f);
            for (int row = first; row < IntrinsicMath.Min(first + Block, height); row++)
            {
                int slot = row * pitch + vector;
                part += rows[slot] - pivot + rows[slot + vectors];
            }
            sum += part;
        }
        F16 mean = F16.Broadcast(1f / height) * sum;
        F16 squares = F16.Broadcast(0f);
        for (int first = 0; first < height; first += Block)
        {
            F16 part = F16.Broadcast(0f);
            for (int row = first; row < IntrinsicMath.Min(first + Block, height); row++)
            {
                int slot = row * pitch + vector;
                F16 difference = rows[slot] - pivot + rows[slot + vectors] - mean;
                part += F16.MultiplyAdd(
                    difference, difference, F16.Broadcast(1f / width) * rows[slot + 2 * vectors]);
            }
            squares += part;
        }
        statistics[vector] = pivot;
        statistics[vector + vectors] = mean;
        statistics[vector + 2 * vectors] =
            F16.InverseRoot(F16.MultiplyAdd(F16.Broadcast(1f / height), squares, F16.Broadcast(epsilon)));
    }

    /// <summary>The first stage, inside the launch that <see cref="InstanceStatistics"/> announces.</summary>
    public void LaunchRows(Tensor x, int firstRow, int count, DeviceArray rows, int firstSlot) => _rowsKernel.Launch(
        (count, 1), x.View.Cast<F16>(), rows.View.Cast<F16>(), new PixelLayout(x.Shape), firstRow, firstSlot);

    /// <summary>The second stage, likewise.</summary>
    public void LaunchTotal(DeviceArray rows, TensorShape x, float epsilon, DeviceArray statistics) =>
        _totalKernel.Launch((x.Channels / 16, 1), rows.View.Cast<F16>(), statistics.View.Cast<F16>(), x.Height, x.Width,
            x.Channels / 16, epsilon);
}
