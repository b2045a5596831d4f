namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// The taps of one product of windows: forward all of them, backward those that reach input pixels of one phase of the
/// stride.
/// </summary>
/// <remarks>
/// Backward, input pixels h ≡ a (mod s) are read through the taps r = a, a + s, … only, and the product's row i is the
/// tap r = a + s·(n − 1 − i): the kernel is turned by 180°. Likewise for columns.
/// </remarks>
internal readonly struct PhaseTaps
{
    private readonly int _firstRow;
    private readonly int _firstColumn;

    /// <summary>The forward pass.</summary>
    public PhaseTaps(ValidConvolutionShape shape)
    {
        _firstRow = 0;
        _firstColumn = 0;
        Rows = shape.Kernel;
        Columns = shape.Kernel;
        IsForward = 1;
    }

    /// <summary>The backward pass to the input's pixels of phase (a, b).</summary>
    public PhaseTaps(ValidConvolutionShape shape, int firstRow, int firstColumn)
    {
        _firstRow = firstRow;
        _firstColumn = firstColumn;
        Rows = Count(shape, firstRow);
        Columns = Count(shape, firstColumn);
        IsForward = 0;
    }

    /// <summary>1 for the forward pass, else 0.</summary>
    public readonly int IsForward;

    /// <summary>n.</summary>
    public readonly int Rows;

    /// <summary>m.</summary>
    public readonly int Columns;

    /// <summary>The kernel's row that the backward product's row i is.</summary>
    public int Row(int i, int stride) => _firstRow + stride * (Rows - 1 - i);

    /// <summary>The kernel's column that the backward product's column j is.</summary>
    public int Column(int j, int stride) => _firstColumn + stride * (Columns - 1 - j);

    private static int Count(ValidConvolutionShape shape, int first) =>
        (shape.Kernel - first + shape.Stride - 1) / shape.Stride;
}
