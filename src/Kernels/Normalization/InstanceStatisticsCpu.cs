using ILGPU;

namespace IlgpuStyle.Kernels.Normalization;

/// <summary>The two stages of <see cref="InstanceStatistics"/> for OpenCL on a CPU.</summary>
/// <remarks>
/// Rows: C a multiple of 16; one work-item per row, group size 1; its second pass reads from the cache. Total: one
/// work-item per channel without barriers, which a CPU pays for; blocks of rows keep the sums short.
/// </remarks>
internal sealed class InstanceStatisticsCpu(Engine engine)
{
    /// <summary>Rows that are added up before they join the total.</summary>
    internal const int Block = 64;

    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, PixelLayout, int, int> _rowsKernel =
        new(engine, InstanceRowsCpuKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, int, int, float> _totalKernel =
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
            int slot = (firstSlot + row) * 3 * vectors + vector;
            rows[slot] = pivot;
            rows[slot + vectors] = mean;
            rows[slot + 2 * vectors] = squares;
        }
    }

    private static void InstanceStatisticsCpuKernel(
        ArrayView<float> rows, ArrayView<float> statistics, int height, int width, int pitch, float epsilon)
    {
        int channel = FlatLaunch.Item;
        if (channel < pitch)
        {
            float pivot = rows[channel];
            float sum = 0;
            for (int first = 0; first < height; first += Block)
            {
                float part = 0;
                for (int row = first; row < IntrinsicMath.Min(first + Block, height); row++)
                {
                    int slot = row * 3 * pitch + channel;
                    part += rows[slot] - pivot + rows[slot + pitch];
                }
                sum += part;
            }
            float mean = sum / height;
            float squares = 0;
            for (int first = 0; first < height; first += Block)
            {
                float part = 0;
                for (int row = first; row < IntrinsicMath.Min(first + Block, height); row++)
                {
                    int slot = row * 3 * pitch + channel;
                    float difference = rows[slot] - pivot + rows[slot + pitch] - mean;
                    part += rows[slot + 2 * pitch] / width + difference * difference;
                }
                squares += part;
            }
            statistics[channel] = pivot;
            statistics[channel + pitch] = mean;
            statistics[channel + 2 * pitch] = 1f / MathF.Sqrt(squares / height + epsilon);
        }
    }

    /// <summary>The first stage, inside the launch that <see cref="InstanceStatistics"/> announces.</summary>
    public void LaunchRows(Tensor x, int firstRow, int count, DeviceArray rows, int firstSlot) => _rowsKernel.Launch(
        (count, 1), x.View.Cast<F16>(), rows.View.Cast<F16>(), new PixelLayout(x.Shape), firstRow, firstSlot);

    /// <summary>The second stage, likewise.</summary>
    public void LaunchTotal(DeviceArray rows, TensorShape x, float epsilon, DeviceArray statistics) =>
        _totalKernel.Launch(FlatLaunch.Over(x.PaddedChannels), rows.View, statistics.View, x.Height, x.Width,
            x.PaddedChannels, epsilon);
}
