using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.Matrix;

/// <summary>Product of square matrices on a GPU, in tiles of 64 × 64 (<see cref="GpuSmallTile"/>).</summary>
/// <remarks>
/// Formula and shapes: <see cref="MatrixMultiply"/>; n a multiple of 64. Launch: grid X over
/// tiles of rows, Y of columns.
/// </remarks>
internal sealed class MatrixMultiplyGpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, GpuProduct, float, float> _kernel =
        new(engine, MatrixMultiplyGpuKernel, GpuSmallTile.Specialization);

    /// <summary>The kernel and what it is compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
        [GpuKernel.Of(MatrixMultiplyGpuKernel, GpuSmallTile.Specialization)];

    private static void MatrixMultiplyGpuKernel(
        ArrayView<F4> a, ArrayView<F4> b, ArrayView<F4> c, GpuProduct product, float alpha, float gamma)
    {
        int row = Grid.IdxX * GpuSmallTile.Rows;
        int column = Grid.IdxY * (GpuSmallTile.Columns / 4);
        GpuSmallSums sums = GpuMatrix.Multiply<GpuSmallTile>(a, 0, row, b, column, product).Sums;
        row += 4 * GpuMatrix.Row<GpuSmallTile>();
        column += GpuMatrix.Column<GpuSmallTile>();
        int first = row * product.RightPitch + column;
        // A thread's 4 × 4 values lie on the matrix's diagonal with their own, or not at all.
        float diagonal = Utilities.Select(row == 4 * column, gamma, 0f);
        F4 factor = F4.Broadcast(alpha);
        c[first] = factor * sums.Row0 + new F4(diagonal, 0f, 0f, 0f);
        c[first + product.RightPitch] = factor * sums.Row1 + new F4(0f, diagonal, 0f, 0f);
        c[first + 2 * product.RightPitch] = factor * sums.Row2 + new F4(0f, 0f, diagonal, 0f);
        c[first + 3 * product.RightPitch] = factor * sums.Row3 + new F4(0f, 0f, 0f, diagonal);
    }

    /// <summary>Whether n fills whole tiles.</summary>
    public static bool Takes(int n) => n % GpuSmallTile.Columns == 0;

    public void Launch(DeviceArray a, DeviceArray b, DeviceArray c, int n, float alpha, float gamma)
    {
        int steps = n / GpuSmallTile.Depth;
        using (engine.Launch("MatrixMultiply (tiles)", MatrixMultiply.Flop(n), MatrixMultiply.Bytes(n)))
        {
            _kernel.Launch(GpuMatrix.Grid(GpuTileShape.Small, n, n, planes: 1), a.View.Cast<F4>(), b.View.Cast<F4>(),
                c.View.Cast<F4>(), new GpuProduct(n, n / 4, n / 4, steps, steps, runJump: 0), alpha, gamma);
        }
    }
}
