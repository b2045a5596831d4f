using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.Matrix;

/// <summary>Product of square matrices on a GPU, in tiles of 64 × 64 (<see cref="GpuMatrix.Small"/>).</summary>
/// <remarks>
/// Formula and shapes: <see cref="MatrixMultiply"/>; n a multiple of 64. Launch: grid X over
/// tiles of rows, Y of columns.
/// </remarks>
internal sealed class MatrixMultiplyGpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, GpuProduct, float, float> _kernel =
        new(engine, MatrixMultiplyGpuKernel, GpuMatrix.SmallSpecialization);

    /// <summary>The kernel and what it is compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
        [GpuKernel.Of(MatrixMultiplyGpuKernel, GpuMatrix.SmallSpecialization)];

    private static void MatrixMultiplyGpuKernel(
        ArrayView<F4> a, ArrayView<F4> b, ArrayView<F4> c, GpuProduct product, float alpha, float gamma)
    {
        int row = Grid.IdxX * GpuMatrix.SmallRows;
        int column = Grid.IdxY * (GpuMatrix.SmallColumns / 4);
        GpuSmallTile tile = GpuMatrix.Small(a, 0, row, b, column, product);
        int first = (row + 4 * GpuMatrix.WideRow) * product.RightPitch + column + GpuMatrix.WideColumn;
        // A thread's 4 × 4 values lie on the matrix's diagonal with their own, or not at all.
        float diagonal = Utilities.Select(
            row / 4 + GpuMatrix.WideRow == column + GpuMatrix.WideColumn, gamma, 0f);
        F4 factor = F4.Broadcast(alpha);
        c[first] = factor * tile.Row0 + new F4(diagonal, 0f, 0f, 0f);
        c[first + product.RightPitch] = factor * tile.Row1 + new F4(0f, diagonal, 0f, 0f);
        c[first + 2 * product.RightPitch] = factor * tile.Row2 + new F4(0f, 0f, diagonal, 0f);
        c[first + 3 * product.RightPitch] = factor * tile.Row3 + new F4(0f, 0f, 0f, diagonal);
    }

    /// <summary>Whether n fills whole tiles.</summary>
    public static bool Takes(int n) => n % GpuMatrix.SmallColumns == 0;

    public void Launch(DeviceArray a, DeviceArray b, DeviceArray c, int n, float alpha, float gamma)
    {
        int steps = n / GpuMatrix.SmallDepth;
        using (engine.Launch("MatrixMultiply (tiles)", MatrixMultiply.Flop(n), MatrixMultiply.Bytes(n)))
        {
            _kernel.Launch(GpuMatrix.Grid(GpuTileShape.Small, n, n, planes: 1), a.View.Cast<F4>(), b.View.Cast<F4>(),
                c.View.Cast<F4>(), new GpuProduct(n, n / 4, n / 4, steps, steps, runJump: 0), alpha, gamma);
        }
    }
}
