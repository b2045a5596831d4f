using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels;

/// <summary>
/// A 12 × 32 block of a matrix product in 24 vector registers, for OpenCL on a CPU: the core of its convolutions
/// and matrix products.
/// </summary>
/// <remarks>
/// AVX-512 has 32 registers: 24 sums, two vectors of the right factor, one broadcast value of the left. A step
/// makes 24 multiply-adds of 14 loads, below the two loads a cycle that cores sustain.
/// </remarks>
internal struct RegisterTile
{
    /// <summary>Rows of the left factor: pixels or Winograd tiles.</summary>
    public const int Rows = 12;

    /// <summary>Columns of the right factor: channels.</summary>
    public const int Columns = 32;

    /// <summary><see cref="F16"/> vectors in a row.</summary>
    public const int Vectors = Columns / 16;

    private Row _row0;
    private Row _row1;
    private Row _row2;
    private Row _row3;
    private Row _row4;
    private Row _row5;
    private Row _row6;
    private Row _row7;
    private Row _row8;
    private Row _row9;
    private Row _row10;
    private Row _row11;

    /// <summary>sums += rows · panel.</summary>
    /// <param name="rows">Left factor: row i, column c at first + i·pitch + c·step.</param>
    /// <param name="first">Its first element.</param>
    /// <param name="pitch">Floats from one of its rows to the next.</param>
    /// <param name="step">Floats from one of its columns to the next.</param>
    /// <param name="panel">Right factor: depth rows of 32, two vectors each.</param>
    /// <param name="panelFirst">Its first vector.</param>
    /// <param name="panelPitch">Vectors from one of its rows to the next.</param>
    /// <param name="depth">Columns of the left and rows of the right factor.</param>
    public void MultiplyAdd(
        ArrayView<float> rows, int first, int pitch, int step, ArrayView<F16> panel, int panelFirst, int panelPitch,
        int depth)
    {
        // Addresses that grow, in 64 bits: ILGPU reassociates sums of 32-bit indices, and the driver's compiler then
        // keeps a sign extension for each row and spills the sums.
        long left = first;
        long right = panelFirst;
        long nextRow = pitch;
        for (int c = 0; c < depth; c++)
        {
            F16 low = panel[right];
            F16 high = panel[right + 1];
            _row0.MultiplyAdd(rows[left], low, high);
            _row1.MultiplyAdd(rows[left + nextRow], low, high);
            _row2.MultiplyAdd(rows[left + 2 * nextRow], low, high);
            _row3.MultiplyAdd(rows[left + 3 * nextRow], low, high);
            _row4.MultiplyAdd(rows[left + 4 * nextRow], low, high);
            _row5.MultiplyAdd(rows[left + 5 * nextRow], low, high);
            _row6.MultiplyAdd(rows[left + 6 * nextRow], low, high);
            _row7.MultiplyAdd(rows[left + 7 * nextRow], low, high);
            _row8.MultiplyAdd(rows[left + 8 * nextRow], low, high);
            _row9.MultiplyAdd(rows[left + 9 * nextRow], low, high);
            _row10.MultiplyAdd(rows[left + 10 * nextRow], low, high);
            _row11.MultiplyAdd(rows[left + 11 * nextRow], low, high);
            left += step;
            right += panelPitch;
        }
    }

    /// <summary>Stores the sums: row i at first + i·pitch, in vectors.</summary>
    public void Store(ArrayView<F16> target, int first, int pitch)
    {
        _row0.Store(target, first);
        _row1.Store(target, first + pitch);
        _row2.Store(target, first + 2 * pitch);
        _row3.Store(target, first + 3 * pitch);
        _row4.Store(target, first + 4 * pitch);
        _row5.Store(target, first + 5 * pitch);
        _row6.Store(target, first + 6 * pitch);
        _row7.Store(target, first + 7 * pitch);
        _row8.Store(target, first + 8 * pitch);
        _row9.Store(target, first + 9 * pitch);
        _row10.Store(target, first + 10 * pitch);
        _row11.Store(target, first + 11 * pitch);
    }

    /// <summary>Adds the sums to what is there: row i at first + i·pitch, in vectors.</summary>
    public void AddInto(ArrayView<F16> target, int first, int pitch)
    {
        _row0.AddInto(target, first);
        _row1.AddInto(target, first + pitch);
        _row2.AddInto(target, first + 2 * pitch);
        _row3.AddInto(target, first + 3 * pitch);
        _row4.AddInto(target, first + 4 * pitch);
        _row5.AddInto(target, first + 5 * pitch);
        _row6.AddInto(target, first + 6 * pitch);
        _row7.AddInto(target, first + 7 * pitch);
        _row8.AddInto(target, first + 8 * pitch);
        _row9.AddInto(target, first + 9 * pitch);
        _row10.AddInto(target, first + 10 * pitch);
        _row11.AddInto(target, first + 11 * pitch);
    }

    /// <summary>The same for all but the first rows.</summary>
    public void AddInto(ArrayView<F16> target, int first, int pitch, int skippedRows)
    {
        ArrayView<F16> rows = LocalMemory.Allocate<F16>(Rows * Vectors);
        Store(rows, 0, Vectors);
        for (int i = skippedRows; i < Rows; i++)
        {
            target[first + i * pitch] += rows[Vectors * i];
            target[first + i * pitch + 1] += rows[Vectors * i + 1];
        }
    }

    /// <summary>
    /// Stores the sums of 12 pixels × 32 channels through an epilogue; what belongs to no pixel is dropped.
    /// </summary>
    /// <param name="sums">12 rows of 32.</param>
    /// <param name="output">Bordered map.</param>
    /// <param name="layout">Its layout; channels fill whole vectors.</param>
    /// <param name="pixel">
    /// The first pixel, counted from pixel (0, 0) in rows of W + 2: two of a row lie in the border.
    /// </param>
    /// <param name="channel">The first channel, in vectors.</param>
    /// <param name="bias">Addends by channel.</param>
    /// <param name="mask">Rectified values for the epilogue's mask.</param>
    /// <param name="epilogue">How to store.</param>
    public static void StorePixels(
        ArrayView<F16> sums, ArrayView<F16> output, PixelLayout layout, int pixel, int channel, ArrayView<F16> bias,
        ArrayView<F16> mask, Epilogue epilogue)
    {
        F16 lowBias = bias[channel];
        F16 highBias = bias[channel + 1];
        int end = layout.Height * layout.RowPixels;
        int x = pixel % layout.RowPixels;
        for (int i = 0; i < Rows; i++)
        {
            if (x < layout.Width)
            {
                if (pixel + i < end)
                {
                    int index = (pixel + i + layout.RowPixels + 1) * (layout.Pitch / 16) + channel;
                    epilogue.Store(output, index, sums[Vectors * i], lowBias, mask);
                    epilogue.Store(output, index + 1, sums[Vectors * i + 1], highBias, mask);
                }
            }
            x = Utilities.Select(x + 1 == layout.RowPixels, 0, x + 1);
        }
    }

    /// <summary>One row: 32 sums.</summary>
    internal struct Row
    {
        private F16 _low;
        private F16 _high;

        public void MultiplyAdd(float x, F16 low, F16 high)
        {
            _low = F16.MultiplyAdd(F16.Broadcast(x), low, _low);
            _high = F16.MultiplyAdd(F16.Broadcast(x), high, _high);
        }

        public readonly void Store(ArrayView<F16> target, int index)
        {
            target[index] = _low;
            target[index + 1] = _high;
        }

        public readonly void AddInto(ArrayView<F16> target, int index)
        {
            target[index] += _low;
            target[index + 1] += _high;
        }
    }
}
