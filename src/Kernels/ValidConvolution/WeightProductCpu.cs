using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Gradient of a convolution's weights for OpenCL on a CPU: for each row of the kernel the product of the windows' runs
/// with the output's gradient, summed over pixels.
/// </summary>
/// <remarks>
/// partials[share, run, n, m] = Σ window[p, run, n]·dy[p, m] over the pixels p of a share's rows, in tiles of n × m:
/// 12 × 32 where m is a multiple of 32, else 27 × 16. The last tile of a run is moved up to end with it and stores the
/// same sums again. Launch: one work-item per share and run; group size 1, no barrier.
/// </remarks>
internal sealed class WeightProductCpu(Engine engine)
{
    /// <summary>Rows of outputs are dealt to so many shares: fixed, so that sums are the same on any machine.</summary>
    private const int MostShares = 16;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, ArrayView<F16>, WindowSource, WindowTarget, int>
        _wide = new(engine, WeightProductWideCpuKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, ArrayView<F16>, WindowSource, WindowTarget, int>
        _narrow = new(engine, WeightProductNarrowCpuKernel);

    private static void WeightProductWideCpuKernel(
        ArrayView<float> input, ArrayView<F16> gradOutput, ArrayView<F16> partials, WindowSource source,
        WindowTarget target, int shares)
    {
        int share = Grid.IdxX / source.Runs;
        int run = Grid.IdxX - share * source.Runs;
        int vectors = target.Channels / 16;
        int firstSum = Grid.IdxX * source.RunLength * vectors;
        int firstRow = target.Height * share / shares;
        int endRow = target.Height * (share + 1) / shares;
        for (int n = 0; n < source.RunLength; n += RegisterTile.Rows)
        {
            int tileRow = IntrinsicMath.Min(n, source.RunLength - RegisterTile.Rows);
            for (int m = 0; m < vectors; m += RegisterTile.Vectors)
            {
                RegisterTile tile = default;
                for (int row = firstRow; row < endRow; row++)
                {
                    tile.MultiplyAdd(
                        input, source.Offset(row, 0) + run * source.RunPitch + tileRow, 1, source.PixelPitch,
                        gradOutput, target.Offset(row, 0) / 16 + m, target.PixelPitch / 16, target.Width);
                }
                tile.Store(partials, firstSum + tileRow * vectors + m, vectors);
            }
        }
    }

    private static void WeightProductNarrowCpuKernel(
        ArrayView<float> input, ArrayView<F16> gradOutput, ArrayView<F16> partials, WindowSource source,
        WindowTarget target, int shares)
    {
        int share = Grid.IdxX / source.Runs;
        int run = Grid.IdxX - share * source.Runs;
        int vectors = target.Channels / 16;
        int firstSum = Grid.IdxX * source.RunLength * vectors;
        int firstRow = target.Height * share / shares;
        int endRow = target.Height * (share + 1) / shares;
        for (int n = 0; n < source.RunLength; n += ColumnTile.Rows)
        {
            int tileRow = IntrinsicMath.Min(n, source.RunLength - ColumnTile.Rows);
            for (int m = 0; m < vectors; m++)
            {
                ColumnTile tile = default;
                for (int row = firstRow; row < endRow; row++)
                {
                    tile.MultiplyAdd(
                        input, source.Offset(row, 0) + run * source.RunPitch + tileRow, 1, source.PixelPitch,
                        gradOutput, target.Offset(row, 0) / 16 + m, target.PixelPitch / 16, target.Width);
                }
                tile.Store(partials, firstSum + tileRow * vectors + m, vectors);
            }
        }
    }

    /// <summary>Whether a run's floats and the channels of dy fill tiles.</summary>
    public static bool Takes(int runLength, int channels) =>
        channels % RegisterTile.Columns == 0 ? runLength >= RegisterTile.Rows
        : channels % ColumnTile.Columns == 0 && runLength >= ColumnTile.Rows;

    /// <summary>Shares for so many rows of outputs.</summary>
    public static int Shares(int rows) => Math.Min(rows, MostShares);

    /// <summary>Launches a product; the caller brackets it.</summary>
    /// <param name="input">What windows are read from.</param>
    /// <param name="source">How.</param>
    /// <param name="gradOutput">dy.</param>
    /// <param name="partials">[shares][runs][run length][m].</param>
    public void Launch(
        ArrayView<float> input, in WindowSource source, Tensor gradOutput, ArrayView<float> partials)
    {
        int shares = Shares(gradOutput.Shape.Height);
        bool isWide = gradOutput.Shape.Channels % RegisterTile.Columns == 0;
        (isWide ? _wide : _narrow).Launch(
            (shares * source.Runs, 1), input, gradOutput.View.Cast<F16>(), partials.Cast<F16>(), source,
            new WindowTarget(gradOutput.Shape), shares);
    }
}
