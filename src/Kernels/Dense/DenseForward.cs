using ILGPU;

namespace IlgpuStyle.Kernels.Dense;

/// <summary>
/// A dense layer, block of rows by block of rows: y[o] += Σᵢ x[first + i]·W[first + i, o] for the rows that a
/// block holds, and where wanted ReLU after the last block.
/// </summary>
/// <remarks>
/// Shapes: x [inputs], block [rows, outputs] with outputs fastest as in Keras, y [outputs], outputs a multiple of 4.
/// y starts as the bias, so that a kernel larger than the device's memory can pass through one block.
/// Fixed order, no atomics. Launch: groups of 256 = 32 quads of outputs × 8 slices of rows; slice s adds up rows
/// s, s + 8, … and a binary tree in shared memory adds up the slices. Bound by memory: each weight is read once.
/// </remarks>
public sealed class DenseForward(Engine engine)
{
    /// <summary>A row's part of a group: 512 contiguous bytes.</summary>
    private const int QuadsPerGroup = 32;

    /// <summary>A power of two for the tree.</summary>
    private const int Slices = 8;

    private readonly DeviceKernel<ArrayView<float>, int, ArrayView<F4>, int, int, ArrayView<F4>, float> _kernel =
        new(engine, DenseForwardKernel);

    private static void DenseForwardKernel(
        ArrayView<float> x, int first, ArrayView<F4> block, int rows, int quads, ArrayView<F4> y, float floor)
    {
        ArrayView<F4> shared = SharedMemory.Allocate<F4>(QuadsPerGroup * Slices);
        int item = Group.IdxX;
        int slice = item / QuadsPerGroup;
        int wanted = Grid.IdxX * QuadsPerGroup + item - slice * QuadsPerGroup;
        // Work-items past the last quad add it up too, and do not store it.
        int quad = IntrinsicMath.Min(wanted, quads - 1);
        F4 sum = default;
        for (int row = slice; row < rows; row += Slices)
            sum += F4.Broadcast(x[first + row]) * block[row * quads + quad];
        shared[item] = sum;
        Group.Barrier();
        for (int half = Slices / 2; half > 0; half >>= 1)
        {
            if (slice < half)
                shared[item] = shared[item] + shared[item + half * QuadsPerGroup];
            Group.Barrier();
        }
        if (item < QuadsPerGroup & wanted < quads)
            y[quad] = F4.Floor(y[quad] + shared[item], floor);
    }

    /// <summary>y += x[first … first + rows − 1] · block, then max(y, 0) if asked for.</summary>
    /// <param name="x">The layer's inputs.</param>
    /// <param name="first">The input that the block's first row belongs to.</param>
    /// <param name="block">Rows of the kernel; it may be longer than what is used.</param>
    /// <param name="rows">Rows to use.</param>
    /// <param name="y">The bias, or what earlier blocks have left.</param>
    /// <param name="rectify">Whether to apply ReLU to the sum: with the last block only.</param>
    /// <exception cref="ArgumentException">The block holds fewer rows, there are fewer inputs, or the number of
    /// outputs is no multiple of 4.</exception>
    public void Launch(DeviceArray x, int first, DeviceArray block, int rows, DeviceArray y, bool rectify)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if (y.Length % 4 != 0)
        {
            throw new ArgumentException(
                $"{nameof(DenseForward)}: '{y.Name}' has {y.Length} outputs, but a multiple of 4 is needed.");
        }
        if ((long)first + rows > x.Length || rows * y.Length > block.Length)
        {
            throw new ArgumentException(
                $"{nameof(DenseForward)}: {rows} rows of {y.Length} from input {first} do not fit '{x.Name}' of "
                + $"{x.Length} and '{block.Name}' of {block.Length} elements.");
        }
        int quads = (int)(y.Length / 4);
        double weights = (double)rows * y.Length;
        using (engine.Launch(nameof(DenseForward), 2 * weights, 4 * (weights + rows + 2.0 * y.Length)))
        {
            _kernel.Launch(
                ((quads + QuadsPerGroup - 1) / QuadsPerGroup, QuadsPerGroup * Slices), x.View, first,
                block.View.Cast<F4>(), rows, quads, y.View.Cast<F4>(), rectify ? 0f : float.NegativeInfinity);
        }
    }
}
