using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>
/// Puts a square matrix into the panels that <see cref="RegisterTile"/> reads: [n][n] → [n/32][n][32], scaled.
/// </summary>
/// <remarks>
/// Without it a tile would step through the matrix by whole rows, whose power-of-two distances fall on the same few
/// lines of the first-level cache. Launch: flat, one work-item per element. The panels lie in a scratch of the
/// engine, overwritten by the next call.
/// </remarks>
internal sealed class MatrixPanels(Engine engine) : IDisposable
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, float> _kernel =
        engine.Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, int, float>(MatrixPanelsKernel);

    private readonly Dictionary<int, DeviceArray> _panels = [];

    private static void MatrixPanelsKernel(ArrayView<float> matrix, ArrayView<float> panels, int n, float scale)
    {
        int item = FlatLaunch.Item;
        if (item < n * n)
        {
            int row = item / n;
            int column = item - row * n;
            int block = column / RegisterTile.Columns;
            panels[(block * n + row) * RegisterTile.Columns + column - block * RegisterTile.Columns] =
                scale * matrix[item];
        }
    }

    /// <summary>scale · matrix in panels; n is a multiple of 32.</summary>
    public ArrayView<F16> Pack(DeviceArray matrix, int n, float scale)
    {
        if (!_panels.TryGetValue(n, out DeviceArray? panels))
        {
            panels = engine.AllocateArray("matrix panels", n * n);
            _panels.Add(n, panels);
        }
        using (engine.Launch(nameof(MatrixPanels), (double)n * n, 8.0 * n * n))
            _kernel(FlatLaunch.Over(n * n), matrix.View, panels.View, n, scale);
        return panels.View.Cast<F16>();
    }

    public void Dispose()
    {
        foreach (DeviceArray panels in _panels.Values)
            panels.Dispose();
    }
}
