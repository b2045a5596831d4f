using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>
/// Product of square matrices for OpenCL on a CPU, in <see cref="RegisterTile"/>s of 12 × 32.
/// </summary>
/// <remarks>
/// Formula and shapes: <see cref="MatrixMultiply"/>; n a multiple of 32, b packed into panels first. Launch: one
/// work-item per tile, column blocks fastest; group size 1, no barrier.
/// </remarks>
internal sealed class MatrixMultiplyCpu(Engine engine)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<F16>, ArrayView<F16>, int, float, float>
        _kernel = engine.Accelerator.LoadStreamKernel<
            ArrayView<float>, ArrayView<F16>, ArrayView<F16>, int, float, float>(MatrixMultiplyCpuKernel);

    private static void MatrixMultiplyCpuKernel(
        ArrayView<float> a, ArrayView<F16> panels, ArrayView<F16> c, int n, float alpha, float beta)
    {
        int blocks = n / RegisterTile.Columns;
        int rowTile = Grid.IdxX / blocks;
        int block = Grid.IdxX - rowTile * blocks;
        // The last tile is moved up to end with the matrix; its rows that another tile has are taken off.
        int first = IntrinsicMath.Min(rowTile * RegisterTile.Rows, n - RegisterTile.Rows);
        RegisterTile sums = default;
        sums.MultiplyAdd(
            a, first * n, n, 1, panels, block * n * RegisterTile.Vectors, RegisterTile.Vectors, n);
        sums.ScaleInto(
            c, first * (n / 16) + block * RegisterTile.Vectors, n / 16, rowTile * RegisterTile.Rows - first, alpha,
            beta);
    }

    /// <summary>Whether n fills whole tiles.</summary>
    public static bool Takes(int n) => n % RegisterTile.Columns == 0;

    public void Launch(DeviceArray a, DeviceArray b, DeviceArray c, int n, float alpha, float beta)
    {
        ArrayView<F16> panels = engine.Get(e => new MatrixPanels(e)).Pack(b, n, RegisterTile.Columns, 1f).Cast<F16>();
        int rowTiles = (n + RegisterTile.Rows - 1) / RegisterTile.Rows;
        using (engine.Launch("MatrixMultiply (panels)", MatrixMultiply.Flop(n), MatrixMultiply.Bytes(n, beta)))
        {
            _kernel((rowTiles * (n / RegisterTile.Columns), 1), a.View, panels, c.View.Cast<F16>(), n, alpha,
                beta);
        }
    }
}
