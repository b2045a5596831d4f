namespace IlgpuStyle.Kernels;

/// <summary>An 8 × 8 block of a matrix product in 64 registers of one GPU thread.</summary>
/// <remarks>
/// Rows 0 to 3 and 4 to 7, and columns 0 to 3 and 4 to 7, lie half a group's tile apart, so that neighbouring
/// threads read neighbouring vectors of shared memory. Scalars in nested structs: real ILGPU keeps them in registers.
/// </remarks>
internal struct GpuTile
{
    public Row Row0;
    public Row Row1;
    public Row Row2;
    public Row Row3;
    public Row Row4;
    public Row Row5;
    public Row Row6;
    public Row Row7;

    /// <summary>sums += (upper, lower) · (left, right): an outer product of 8 and 8 values.</summary>
    public void MultiplyAdd(F4 upper, F4 lower, F4 left, F4 right)
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
internal struct GpuSmallTile
{
    public F4 Row0;
    public F4 Row1;
    public F4 Row2;
    public F4 Row3;

    /// <summary>sums += x · y: an outer product of 4 and 4 values.</summary>
    public void MultiplyAdd(F4 x, F4 y)
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
