namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// How a convolution walks what it reads, in floats: a window is some runs of memory, one below the other.
/// </summary>
/// <remarks>
/// The window of output (i, j) begins at First + i·RowPitch + j·PixelPitch; its runs lie RunPitch apart. The weights
/// have a row for each float of the window, run by run.
/// </remarks>
internal readonly struct WindowSource
{
    public WindowSource(int first, int rowPitch, int pixelPitch, int runs, int runPitch, int runLength)
    {
        First = first;
        RowPitch = rowPitch;
        PixelPitch = pixelPitch;
        Runs = runs;
        RunPitch = runPitch;
        RunLength = runLength;
    }

    public readonly int First;

    /// <summary>From the windows of a row of outputs to those of the next.</summary>
    public readonly int RowPitch;

    /// <summary>From the window of an output to that of its neighbour on the right.</summary>
    public readonly int PixelPitch;

    /// <summary>Rows of a window.</summary>
    public readonly int Runs;

    public readonly int RunPitch;

    /// <summary>Floats of a row of a window.</summary>
    public readonly int RunLength;

    /// <summary>Where the window of an output begins.</summary>
    public int Offset(int row, int column) => First + row * RowPitch + column * PixelPitch;
}

/// <summary>Which pixels of a map a convolution's outputs are: every s-th from some pixel on.</summary>
internal readonly struct WindowTarget
{
    private readonly PixelLayout _layout;
    private readonly int _firstRow;
    private readonly int _firstColumn;
    private readonly int _step;

    /// <summary>All pixels.</summary>
    public WindowTarget(TensorShape shape)
        : this(shape, 0, 0, 1)
    {
    }

    /// <summary>Every step-th pixel of every step-th row.</summary>
    public WindowTarget(TensorShape shape, int firstRow, int firstColumn, int step)
    {
        _layout = new PixelLayout(shape);
        _firstRow = firstRow;
        _firstColumn = firstColumn;
        _step = step;
        Height = (shape.Height - firstRow + step - 1) / step;
        Width = (shape.Width - firstColumn + step - 1) / step;
    }

    /// <summary>Rows of outputs.</summary>
    public readonly int Height;

    /// <summary>Outputs in a row.</summary>
    public readonly int Width;

    public int Channels => _layout.Channels;

    /// <summary>Channels as the map has them, padded.</summary>
    public int Pitch => _layout.Pitch;

    /// <summary>Floats from an output to its neighbour on the right.</summary>
    public int PixelPitch => _step * _layout.Pitch;

    /// <summary>Where an output lies.</summary>
    public int Offset(int row, int column) =>
        _layout.Offset(_firstRow + row * _step, _firstColumn + column * _step);
}
