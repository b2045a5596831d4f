using ILGPU;
using IlgpuStyle.Kernels.Convolution;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Finds a map's windows: where the map lies, if its border of one pixel is enough and, on a CPU, its channels are not
/// padded; else in a copy.
/// </summary>
internal sealed class MapReader(Engine engine)
{
    /// <summary>Holds the copy; its second array is free for weights and partial sums.</summary>
    public ConvolutionWorkspace Workspace { get; } = engine.Get(e => new ConvolutionWorkspace(e));

    /// <summary>Floats of the copy, 0 where there is none.</summary>
    public static int Length(Engine engine, TensorShape shape, int margin) =>
        margin <= 1 && (engine.Class == DeviceClass.Gpu || shape.Channels == shape.PaddedChannels) ? 0
        : engine.Class == DeviceClass.Gpu ? MarginCopy.Length(shape, margin)
        : DenseCopyCpu.Length(shape, margin);

    /// <summary>The windows, the copy made.</summary>
    /// <param name="map">The map.</param>
    /// <param name="margin">Pixels of zeros around it that windows reach.</param>
    public MapWindows Read(Tensor map, int margin)
    {
        TensorShape shape = map.Shape;
        int length = Length(engine, shape, margin);
        if (length == 0)
            return new MapWindows(map.View, shape.Width + 2, shape.PaddedChannels, 1);
        ArrayView<float> copy = Workspace.Reserve(length);
        int channels = shape.Channels;
        if (engine.Class == DeviceClass.Gpu)
        {
            channels = shape.PaddedChannels;
            engine.Get(e => new MarginCopy(e)).Launch(map, copy, margin);
        }
        else
        {
            engine.Get(e => new DenseCopyCpu(e)).Launch(map, copy, margin);
        }
        return new MapWindows(copy, shape.Width + 2 * margin, channels, margin);
    }
}

/// <summary>Where the pixels of a map lie and the windows on them.</summary>
/// <param name="View">The memory.</param>
/// <param name="RowPixels">Pixels from one row to the next.</param>
/// <param name="PixelPitch">Floats from one pixel to the next.</param>
/// <param name="Margin">Pixels of zeros around the map.</param>
internal readonly record struct MapWindows(ArrayView<float> View, int RowPixels, int PixelPitch, int Margin)
{
    /// <summary>Windows of rows × columns pixels, a stride apart, the first of which begins at (row, column).</summary>
    public WindowSource Source(int row, int column, int rows, int columns, int stride) => new(
        ((row + Margin) * RowPixels + column + Margin) * PixelPitch, stride * RowPixels * PixelPitch,
        stride * PixelPitch, rows, RowPixels * PixelPitch, columns * PixelPitch);
}
