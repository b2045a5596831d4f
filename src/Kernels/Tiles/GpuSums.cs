using ILGPU;

namespace IlgpuStyle.Kernels;

/// <summary>An 8 × 8 block of a matrix product in 64 registers of one GPU thread.</summary>
/// <remarks>
/// Rows 0 to 3 and 4 to 7, and columns 0 to 3 and 4 to 7, lie half a group's tile apart, so that neighbouring
/// threads read neighbouring vectors of shared memory. Scalars in nested structs: real ILGPU keeps them in registers.
/// </remarks>
internal struct GpuSums
{
    /// <summary>Quads from one column of the left factor to the next: 128 rows and one quad of padding.</summary>
    public const int LeftPitch = 33;

    public Row Row0;
    public Row Row1;
    public Row Row2;
    public Row Row3;
    public Row Row4;
    public Row Row5;
    public Row Row6;
    public Row Row7;

    /// <summary>sums += x · y over 8 columns of the left factor and rows of the right factor.</summary>
    /// <param name="x">Column c's upper and lower quad at c·33 and c·33 + 16.</param>
    /// <param name="y">Row c's left and right quad at c·2·half and c·2·half + half.</param>
    /// <param name="half">Quads in half a row of the right factor.</param>
    public void MultiplyAdd(ArrayView<F4> x, ArrayView<F4> y, int half)
    {
        MultiplyAdd(x, y, 0, half);
        MultiplyAdd(x, y, 1, half);
        MultiplyAdd(x, y, 2, half);
        MultiplyAdd(x, y, 3, half);
        MultiplyAdd(x, y, 4, half);
        MultiplyAdd(x, y, 5, half);
        MultiplyAdd(x, y, 6, half);
        MultiplyAdd(x, y, 7, half);
    }

    private void MultiplyAdd(ArrayView<F4> x, ArrayView<F4> y, int c, int half) => MultiplyAdd(
        x[c * LeftPitch], x[c * LeftPitch + 16], y[c * 2 * half], y[c * 2 * half + half]);

    /// <summary>sums += (upper, lower) · (left, right): an outer product of 8 and 8 values.</summary>
    private void MultiplyAdd(F4 upper, F4 lower, F4 left, F4 right)
    {
        Row0.MultiplyAdd(upper.X, left, right);
        Row1.MultiplyAdd(upper.Y, left, right);
        Row2.MultiplyAdd(upper.Z, left, right);
        Row3.MultiplyAdd(upper.W, left, right);
        Row4.MultiplyAdd(lower.X, left, right);
        Row5.MultiplyAdd(lower.Y, left, right);
        Row6.MultiplyAdd(lower.Z, left, right);
        Row7.MultiplyAdd(lower.W, left, right);
    }

    /// <summary>One row: 2 × 4 sums.</summary>
    internal struct Row
    {
        public F4 Left;
        public F4 Right;

        public void MultiplyAdd(float x, F4 left, F4 right)
        {
            Left.X += x * left.X;
            Left.Y += x * left.Y;
            Left.Z += x * left.Z;
            Left.W += x * left.W;
            Right.X += x * right.X;
            Right.Y += x * right.Y;
            Right.Z += x * right.Z;
            Right.W += x * right.W;
        }
    }
}

/// <summary>A 4 × 4 block of a matrix product in 16 registers of one GPU thread.</summary>
internal struct GpuSmallSums
{
    public F4 Row0;
    public F4 Row1;
    public F4 Row2;
    public F4 Row3;

    /// <summary>sums += x · y over 16 columns of the left factor and rows of the right factor.</summary>
    /// <param name="x">Column c's quad at c·pitch.</param>
    /// <param name="pitch">Quads from one column to the next.</param>
    /// <param name="y">Row c's quad at c·16.</param>
    public void MultiplyAdd(ArrayView<F4> x, int pitch, ArrayView<F4> y)
    {
        MultiplyAdd(x[0], y[0]);
        MultiplyAdd(x[pitch], y[16]);
        MultiplyAdd(x[2 * pitch], y[32]);
        MultiplyAdd(x[3 * pitch], y[48]);
        MultiplyAdd(x[4 * pitch], y[64]);
        MultiplyAdd(x[5 * pitch], y[80]);
        MultiplyAdd(x[6 * pitch], y[96]);
        MultiplyAdd(x[7 * pitch], y[112]);
        MultiplyAdd(x[8 * pitch], y[128]);
        MultiplyAdd(x[9 * pitch], y[144]);
        MultiplyAdd(x[10 * pitch], y[160]);
        MultiplyAdd(x[11 * pitch], y[176]);
        MultiplyAdd(x[12 * pitch], y[192]);
        MultiplyAdd(x[13 * pitch], y[208]);
        MultiplyAdd(x[14 * pitch], y[224]);
        MultiplyAdd(x[15 * pitch], y[240]);
    }

    /// <summary>sums += x · y: an outer product of 4 and 4 values.</summary>
    private void MultiplyAdd(F4 x, F4 y)
    {
        MultiplyAdd(ref Row0, x.X, y);
        MultiplyAdd(ref Row1, x.Y, y);
        MultiplyAdd(ref Row2, x.Z, y);
        MultiplyAdd(ref Row3, x.W, y);
    }

    private static void MultiplyAdd(ref F4 row, float x, F4 y)
    {
        row.X += x * y.X;
        row.Y += x * y.Y;
        row.Z += x * y.Z;
        row.W += x * y.W;
    }
}
