using ILGPU;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>
/// Adds up a Gram matrix's partial sums for OpenCL on a CPU and mirrors the upper triangle, in squares of 16 × 16.
/// </summary>
/// <remarks>
/// Formula and shapes: <see cref="GramTotal"/>; C a multiple of 16. A square is stored twice, the second time
/// transposed; one on the diagonal is symmetric as it is. Launch: one work-item per square, group size 1; those below
/// the diagonal do nothing.
/// </remarks>
internal sealed class GramTotalCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F16>, ArrayView<F16>, int, int, float> _kernel =
        new(engine, GramTotalCpuKernel);

    private static void GramTotalCpuKernel(
        ArrayView<F16> partials, ArrayView<F16> gram, int shares, int channels, float scale)
    {
        int vectors = channels / 16;
        int row = Grid.IdxX / vectors;
        int column = Grid.IdxX - row * vectors;
        if (row <= column)
        {
            ArrayView<F16> square = LocalMemory.Allocate<F16>(16);
            ArrayView<F16> spare = LocalMemory.Allocate<F16>(16);
            int first = 16 * row * vectors + column;
            for (int i = 0; i < 16; i++)
            {
                F16 sum = F16.Broadcast(0f);
                for (int share = 0; share < shares; share++)
                    sum += partials[share * channels * vectors + first + i * vectors];
                square[i] = F16.Broadcast(scale) * sum;
            }
            for (int i = 0; i < 16; i++)
                gram[first + i * vectors] = square[i];
            F16.Transpose(square, spare);
            for (int i = 0; i < 16; i++)
                gram[(16 * column + i) * vectors + row] = square[i];
        }
    }

    /// <summary>gram = scale · Σ partials.</summary>
    public void Launch(DeviceArray partials, int shares, DeviceArray gram, int channels, float scale)
    {
        double elements = (double)channels * channels;
        using (engine.Launch("GramForward (total)", shares * elements / 2, 4.0 * (shares / 2 + 1) * elements))
        {
            _kernel.Launch(
                (channels / 16 * (channels / 16), 1), partials.View.Cast<F16>(), gram.View.Cast<F16>(), shares,
                channels, scale);
        }
    }
}
