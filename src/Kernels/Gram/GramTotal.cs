using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>Adds up a Gram matrix's partial sums in order and mirrors the upper triangle: G = s·Σ partials.</summary>
/// <remarks>
/// Shapes: partials [shares][C][C], only whose squares on and above the diagonal are read, → gram [C,C]; C a multiple
/// of 16. Launch: grid X and Y over squares of 16 × 16, of which those below the diagonal do nothing; a square is
/// mirrored through shared memory, so that both are stored along their rows.
/// </remarks>
internal sealed class GramTotal(Engine engine)
{
    private const int Side = 16;

    /// <summary>Floats from one row of a square to the next in shared memory, against bank conflicts.</summary>
    private const int Pitch = Side + 1;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, int, int, float> _kernel =
        new(engine, GramTotalKernel);

    private static void GramTotalKernel(
        ArrayView<float> partials, ArrayView<float> gram, int shares, int channels, float scale)
    {
        ArrayView<float> square = SharedMemory.Allocate<float>(Side * Pitch);
        int row = Group.IdxX / Side;
        int column = Group.IdxX & (Side - 1);
        int item = (Grid.IdxY * Side + row) * channels + Grid.IdxX * Side + column;
        int counted = Utilities.Select(Grid.IdxY <= Grid.IdxX, shares, 0);
        float sum = 0;
        for (int share = 0; share < counted; share++)
            sum += partials[share * channels * channels + item];
        square[row * Pitch + column] = scale * sum;
        Group.Barrier();
        if (Grid.IdxY <= Grid.IdxX)
        {
            gram[item] = scale * sum;
            gram[(Grid.IdxX * Side + row) * channels + Grid.IdxY * Side + column] = square[column * Pitch + row];
        }
    }

    public void Launch(DeviceArray partials, int shares, DeviceArray gram, int channels, float scale)
    {
        double elements = (double)channels * channels;
        double upper = (elements + channels) / 2;
        int squares = channels / Side;
        using (engine.Launch("GramForward (total)", shares * upper, 4.0 * (shares * upper + elements)))
        {
            _kernel.Launch(new KernelConfig(new Index3D(squares, squares, 1), new Index3D(Side * Side, 1, 1)),
                partials.View, gram.View, shares, channels, scale);
        }
    }
}
