using ILGPU;

namespace IlgpuStyle.Kernels.Matrix;

/// <summary>
/// Puts a square matrix into the panels that matrix products read, scaled: [n][n] → [n/block][n][block]; blocks of 32
/// for <see cref="RegisterTile"/>, the whole row for a GPU.
/// </summary>
/// <remarks>
/// Without panels a tile would step through the matrix by whole rows, whose power-of-two distances fall on the same few
/// lines of the first-level cache. Launch: flat, one work-item per quad. The panels lie in a scratch of the
/// engine, overwritten by the next call.
/// </remarks>
internal sealed class MatrixPanels(Engine engine) : IDisposable
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, int, int, float> _kernel =
        new(engine, MatrixPanelsKernel);

    private readonly ScratchArrays _panels = new(engine, Panels);

    private static void MatrixPanelsKernel(ArrayView<F4> matrix, ArrayView<F4> panels, int n, int width, float scale)
    {
        int item = FlatLaunch.Item;
        int quads = n / 4;
        if (item < n * quads)
        {
            int row = item / quads;
            int column = item - row * quads;
            int panel = column / (width / 4);
            panels[(panel * n + row) * (width / 4) + column - panel * (width / 4)] = F4.Broadcast(scale) * matrix[item];
        }
    }

    /// <summary>The panels, by the number of rows.</summary>
    public static ScratchLayout Panels { get; } = new("matrix panels", n => (long)n * n);

    /// <summary>scale · matrix in panels of a width that divides n, a multiple of 4.</summary>
    public ArrayView<float> Pack(DeviceArray matrix, int n, int width, float scale)
    {
        DeviceArray panels = _panels.For(n)[0];
        using (engine.Launch(nameof(MatrixPanels), (double)n * n, 8.0 * n * n))
            _kernel.Launch(FlatLaunch.Over(n * n / 4), matrix.View.Cast<F4>(), panels.View.Cast<F4>(), n, width, scale);
        return panels.View;
    }

    public void Dispose() => _panels.Dispose();
}
