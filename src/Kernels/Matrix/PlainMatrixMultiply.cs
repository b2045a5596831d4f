using ILGPU;

namespace IlgpuStyle.Kernels.Matrix;

/// <summary>
/// Product of square matrices, one work-item per element: the oracle for the fast forms and the fallback for sizes
/// that they do not take.
/// </summary>
/// <remarks>Formula and shapes: <see cref="MatrixMultiply"/>. Launch: flat.</remarks>
internal sealed class PlainMatrixMultiply(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, float, float> _kernel =
        new(engine, PlainMatrixMultiplyKernel);

    private static void PlainMatrixMultiplyKernel(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int n, float alpha, float gamma)
    {
        int item = FlatLaunch.Item;
        if (item < n * n)
        {
            int row = item / n;
            int column = item - row * n;
            float sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[row * n + k] * b[k * n + column];
            c[item] = alpha * sum + (row == column ? gamma : 0f);
        }
    }

    public void Launch(DeviceArray a, DeviceArray b, DeviceArray c, int n, float alpha, float gamma)
    {
        using (engine.Launch("MatrixMultiply (plain)", MatrixMultiply.Flop(n), MatrixMultiply.Bytes(n)))
            _kernel.Launch(FlatLaunch.Over(n * n), a.View, b.View, c.View, n, alpha, gamma);
    }
}
