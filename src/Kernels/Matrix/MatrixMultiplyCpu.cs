using ILGPU;

namespace IlgpuStyle.Kernels.Matrix;

/// <summary>
/// Product of square matrices for OpenCL on a CPU, in <see cref="RegisterTile"/>s of 12 × 32.
/// </summary>
/// <remarks>
/// Formula and shapes: <see cref="MatrixMultiply"/>; n a multiple of 32, b packed into panels first. Launch: one
/// work-item per tile, column blocks fastest; group size 1, no barrier.
/// </remarks>
internal sealed class MatrixMultiplyCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, ArrayView<float>, int, float, float> _kernel =
        new(engine, MatrixMultiplyCpuKernel);

    private static void MatrixMultiplyCpuKernel(
        ArrayView<float> a, ArrayView<F16> panels, ArrayView<float> c, int n, float alpha, float gamma)
    {
        int blocks = n / RegisterTile.Columns;
        int rowTile = Grid.IdxX / blocks;
        int block = Grid.IdxX - rowTile * blocks;
        // The last tile is moved up to end with the matrix; its rows that another tile has are taken off.
        int first = IntrinsicMath.Min(rowTile * RegisterTile.Rows, n - RegisterTile.Rows);
        RegisterTile sums = default;
        sums.MultiplyAdd(
            a, first * n, n, 1, panels, block * n * RegisterTile.Vectors, RegisterTile.Vectors, n);
        ArrayView<F16> rows = LocalMemory.Allocate<F16>(RegisterTile.Rows * RegisterTile.Vectors);
        sums.Store(rows, 0, RegisterTile.Vectors);
        ArrayView<F16> target = c.Cast<F16>();
        F16 factor = F16.Broadcast(alpha);
        for (int row = rowTile * RegisterTile.Rows; row < first + RegisterTile.Rows; row++)
        {
            int at = row * (n / 16) + block * RegisterTile.Vectors;
            target[at] = factor * rows[RegisterTile.Vectors * (row - first)];
            target[at + 1] = factor * rows[RegisterTile.Vectors * (row - first) + 1];
            if (row / RegisterTile.Columns == block)
                c[row * n + row] += gamma;
        }
    }

    /// <summary>Whether n fills whole tiles.</summary>
    public static bool Takes(int n) => n % RegisterTile.Columns == 0;

    public void Launch(DeviceArray a, DeviceArray b, DeviceArray c, int n, float alpha, float gamma)
    {
        ArrayView<F16> panels = engine.Get(e => new MatrixPanels(e)).Pack(b, n, RegisterTile.Columns, 1f).Cast<F16>();
        int rowTiles = (n + RegisterTile.Rows - 1) / RegisterTile.Rows;
        using (engine.Launch("MatrixMultiply (panels)", MatrixMultiply.Flop(n), MatrixMultiply.Bytes(n)))
            _kernel.Launch((rowTiles * (n / RegisterTile.Columns), 1), a.View, panels, c.View, n, alpha, gamma);
    }
}
