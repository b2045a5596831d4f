using ILGPU;
using ILGPU.Runtime;
using ILGPU.Util;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>Product of square matrices on a GPU, in tiles of 64 × 64 (<see cref="GpuMatrix.Small"/>).</summary>
/// <remarks>
/// Formula and shapes: <see cref="MatrixMultiply"/>; n a multiple of 64. Launch: grid X over
/// tiles of rows, Y of columns.
/// </remarks>
internal sealed class MatrixMultiplyGpu(Engine engine)
{
    private readonly Action<KernelConfig, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, GpuProduct, float, float>
        _kernel = engine.Accelerator.LoadStreamKernel<
            ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, GpuProduct, float, float>(
            MatrixMultiplyGpuKernel, GpuMatrix.SmallSpecialization);

    /// <summary>The kernel and what it is compiled for.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
        [GpuKernel.Of(MatrixMultiplyGpuKernel, GpuMatrix.SmallSpecialization)];

    private static void MatrixMultiplyGpuKernel(
        ArrayView<F4> a, ArrayView<F4> b, ArrayView<F4> c, GpuProduct product, float alpha, float beta)
    {
        int row = Grid.IdxX * GpuMatrix.SmallRows;
        int column = Grid.IdxY * (GpuMatrix.SmallColumns / 4);
        GpuSmallTile tile = GpuMatrix.Small(a, 0, row, b, column, product);
        int first = (row + 4 * GpuMatrix.WideRow) * product.RightPitch + column + GpuMatrix.WideColumn;
        Store(c, first, tile.Row0, alpha, beta);
        Store(c, first + product.RightPitch, tile.Row1, alpha, beta);
        Store(c, first + 2 * product.RightPitch, tile.Row2, alpha, beta);
        Store(c, first + 3 * product.RightPitch, tile.Row3, alpha, beta);
    }

    private static void Store(ArrayView<F4> c, int index, F4 sum, float alpha, float beta)
    {
        F4 old = c[index];
        c[index] = F4.Broadcast(alpha) * sum + new F4(
            Utilities.Select(beta != 0f, beta * old.X, 0f), Utilities.Select(beta != 0f, beta * old.Y, 0f),
            Utilities.Select(beta != 0f, beta * old.Z, 0f), Utilities.Select(beta != 0f, beta * old.W, 0f));
    }

    /// <summary>Whether n fills whole tiles.</summary>
    public static bool Takes(int n) => n % GpuMatrix.SmallColumns == 0;

    public void Launch(DeviceArray a, DeviceArray b, DeviceArray c, int n, float alpha, float beta)
    {
        int steps = n / GpuMatrix.SmallDepth;
        using (engine.Launch("MatrixMultiply (tiles)", MatrixMultiply.Flop(n), MatrixMultiply.Bytes(n, beta)))
        {
            _kernel(GpuMatrix.Grid(GpuTileShape.Small, n, n, planes: 1), a.View.Cast<F4>(), b.View.Cast<F4>(),
                c.View.Cast<F4>(), new GpuProduct(n, n / 4, n / 4, steps, steps, runJump: 0), alpha, beta);
        }
    }
}
