using ILGPU;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Finds a map's windows: where the map lies, if its channels are not padded and its border of one pixel is enough,
/// else in a <see cref="DenseCopy"/>.
/// </summary>
internal sealed class MapReader(Engine engine)
{
    private readonly DenseCopy _copy = engine.Get(e => new DenseCopy(e));

    /// <summary>Holds the copy; its second array is free for weights and partial sums.</summary>
    public ConvolutionWorkspace Workspace { get; } = engine.Get(e => new ConvolutionWorkspace(e));

    /// <summary>Floats of the copy, 0 where there is none.</summary>
    public static int Length(TensorShape shape, int margin) =>
        shape.Channels == shape.PaddedChannels && margin <= 1 ? 0 : DenseCopy.Length(shape, margin);

    /// <summary>The windows, the copy made.</summary>
    /// <param name="map">The map.</param>
    /// <param name="margin">Pixels of zeros around it that windows reach.</param>
    public MapWindows Read(Tensor map, int margin)
    {
        TensorShape shape = map.Shape;
        int length = Length(shape, margin);
        if (length == 0)
            return new MapWindows(map.View, shape.Origin, shape.RowPitch, shape.PaddedChannels);
        ArrayView<float> copy = Workspace.Reserve(length);
        _copy.Launch(map, copy, margin);
        int rowPitch = (shape.Width + 2 * margin) * shape.Channels;
        return new MapWindows(copy, margin * (rowPitch + shape.Channels), rowPitch, shape.Channels);
    }
}

/// <summary>Where the pixels of a map lie, in floats, and the windows on them.</summary>
/// <param name="View">The memory.</param>
/// <param name="Origin">Pixel (0, 0).</param>
/// <param name="RowPitch">From one row to the next.</param>
/// <param name="PixelPitch">From one pixel to the next.</param>
internal readonly record struct MapWindows(ArrayView<float> View, int Origin, int RowPitch, int PixelPitch)
{
    /// <summary>Windows of rows × columns pixels, a stride apart, the first of which begins at (row, column).</summary>
    public WindowSource Source(int row, int column, int rows, int columns, int stride) => new(
        Origin + row * RowPitch + column * PixelPitch, stride * RowPitch, stride * PixelPitch, rows, RowPitch,
        columns * PixelPitch);
}
