using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Products of a map's windows with a weight matrix, for OpenCL on a CPU: a convolution, or the part of its backward
/// pass that one phase of the stride is.
/// </summary>
/// <remarks>
/// output[p, m] = epilogue(bias[m] + Σ window[p, n]·weights[n, m]), in tiles of pixels × channels: 12 × 32 where m is a
/// multiple of 32, 27 × 16 where it is one of 16. A row's last tile is moved up to end with the row; what it has twice
/// is dropped. Launch: one work-item per row and block of channels; group size 1, no barrier.
/// </remarks>
internal sealed class WindowProductCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        WindowSource, WindowTarget, Epilogue> _wide = new(engine, WindowProductWideCpuKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        WindowSource, WindowTarget, Epilogue> _narrow = new(engine, WindowProductNarrowCpuKernel);

    private static void WindowProductWideCpuKernel(
        ArrayView<float> input, ArrayView<F16> weights, ArrayView<F16> bias, ArrayView<F16> mask,
        ArrayView<F16> output, WindowSource source, WindowTarget target, Epilogue epilogue)
    {
        int blocks = target.Channels / RegisterTile.Columns;
        int row = Grid.IdxX / blocks;
        int channel = (Grid.IdxX - row * blocks) * RegisterTile.Vectors;
        int vectors = target.Channels / 16;
        ArrayView<F16> sums = LocalMemory.Allocate<F16>(RegisterTile.Rows * RegisterTile.Vectors);
        for (int first = 0; first < target.Width; first += RegisterTile.Rows)
        {
            int column = IntrinsicMath.Min(first, target.Width - RegisterTile.Rows);
            int window = source.Offset(row, column);
            int panel = channel;
            RegisterTile tile = default;
            for (int run = 0; run < source.Runs; run++)
            {
                tile.MultiplyAdd(input, window, source.PixelPitch, 1, weights, panel, vectors, source.RunLength);
                window += source.RunPitch;
                panel += source.RunLength * vectors;
            }
            tile.Store(sums, 0, RegisterTile.Vectors);
            int index = target.Offset(row, column) / 16 + channel;
            int pitch = target.PixelPitch / 16;
            for (int i = first - column; i < RegisterTile.Rows; i++)
            {
                epilogue.Store(output, index + i * pitch, sums[RegisterTile.Vectors * i], bias[channel], mask);
                epilogue.Store(
                    output, index + i * pitch + 1, sums[RegisterTile.Vectors * i + 1], bias[channel + 1], mask);
            }
        }
    }

    private static void WindowProductNarrowCpuKernel(
        ArrayView<float> input, ArrayView<F16> weights, ArrayView<F16> bias, ArrayView<F16> mask,
        ArrayView<F16> output, WindowSource source, WindowTarget target, Epilogue epilogue)
    {
        int blocks = target.Channels / ColumnTile.Columns;
        int row = Grid.IdxX / blocks;
        int channel = Grid.IdxX - row * blocks;
        ArrayView<F16> sums = LocalMemory.Allocate<F16>(ColumnTile.Rows);
        for (int first = 0; first < target.Width; first += ColumnTile.Rows)
        {
            int column = IntrinsicMath.Min(first, target.Width - ColumnTile.Rows);
            int window = source.Offset(row, column);
            int panel = channel;
            ColumnTile tile = default;
            for (int run = 0; run < source.Runs; run++)
            {
                tile.MultiplyAdd(input, window, source.PixelPitch, 1, weights, panel, blocks, source.RunLength);
                window += source.RunPitch;
                panel += source.RunLength * blocks;
            }
            tile.Store(sums, 0, 1);
            int index = target.Offset(row, column) / 16 + channel;
            int pitch = target.PixelPitch / 16;
            for (int i = first - column; i < ColumnTile.Rows; i++)
                epilogue.Store(output, index + i * pitch, sums[i], bias[channel], mask);
        }
    }

    /// <summary>Whether outputs fill tiles.</summary>
    public static bool Takes(in WindowTarget target) =>
        target.Channels % RegisterTile.Columns == 0 ? target.Width >= RegisterTile.Rows
        : target.Channels % ColumnTile.Columns == 0 && target.Width >= ColumnTile.Rows;

    /// <summary>Launches a product; the caller brackets it.</summary>
    /// <param name="input">What windows are read from.</param>
    /// <param name="source">How.</param>
    /// <param name="weights">A row of m for each float of a window.</param>
    /// <param name="bias">Addends by produced channel.</param>
    /// <param name="mask">Rectified values for the epilogue's mask.</param>
    /// <param name="output">The map that is written.</param>
    /// <param name="target">Its pixels that are outputs.</param>
    /// <param name="epilogue">How to store.</param>
    public void Launch(
        ArrayView<float> input, in WindowSource source, ArrayView<float> weights, ArrayView<float> bias,
        ArrayView<float> mask, Tensor output, in WindowTarget target, Epilogue epilogue)
    {
        bool isWide = target.Channels % RegisterTile.Columns == 0;
        int blocks = target.Channels / (isWide ? RegisterTile.Columns : ColumnTile.Columns);
        (isWide ? _wide : _narrow).Launch(
            (target.Height * blocks, 1), input, weights.Cast<F16>(), bias.Cast<F16>(),
            mask.Cast<F16>(), output.View.Cast<F16>(), source, target, epilogue);
    }
}
