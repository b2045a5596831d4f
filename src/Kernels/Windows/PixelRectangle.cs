namespace IlgpuStyle.Kernels.Windows;

/// <summary>Some pixels of a tensor.</summary>
/// <param name="Row">The first row.</param>
/// <param name="Column">The first column.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
public readonly record struct PixelRectangle(int Row, int Column, int Height, int Width)
{
    /// <summary>Height·Width.</summary>
    public int Pixels => Height * Width;

    /// <summary>A whole tensor.</summary>
    public static PixelRectangle Of(TensorShape shape) => new(0, 0, shape.Height, shape.Width);

    /// <summary>The rectangle further down and to the right.</summary>
    public PixelRectangle Moved(int rows, int columns) => this with { Row = Row + rows, Column = Column + columns };

    /// <exception cref="ArgumentException">The rectangle is empty or lies outside the tensor.</exception>
    internal void RequireInside(string operation, Tensor tensor)
    {
        bool isInside = Row >= 0 && Column >= 0 && Height > 0 && Width > 0
            && Row + Height <= tensor.Shape.Height && Column + Width <= tensor.Shape.Width;
        if (!isInside)
        {
            throw new ArgumentException(
                $"{operation}: '{tensor.Name}' is {tensor.Shape}, which has no {Height}×{Width} pixels at "
                + $"({Row}, {Column}).");
        }
    }
}

/// <summary>A window's place in a larger tensor and its inner part: for kernels.</summary>
internal readonly struct WindowPlace
{
    public WindowPlace(int row, int column, PixelRectangle inner)
    {
        Row = row;
        Column = column;
        InnerRow = inner.Row;
        InnerColumn = inner.Column;
        InnerHeight = inner.Height;
        InnerWidth = inner.Width;
    }

    public readonly int Row;
    public readonly int Column;
    public readonly int InnerRow;
    public readonly int InnerColumn;
    public readonly int InnerHeight;
    public readonly int InnerWidth;
}
