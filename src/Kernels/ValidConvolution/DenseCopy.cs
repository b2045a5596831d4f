using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Copies a map to memory of its own with a wider margin of zeros and without padding of its channels: so that a
/// window's row is one run, and lies inside wherever it begins.
/// </summary>
/// <remarks>
/// Shapes: [H,W,C] → [H+2m,W+2m,C], dense. Launch: flat, one work-item per element, or per quad where channels fill
/// them.
/// </remarks>
internal sealed class DenseCopy(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout, int> _elements =
        new(engine, DenseCopyElementsKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, int> _quads =
        new(engine, DenseCopyQuadsKernel);

    private static void DenseCopyElementsKernel(
        ArrayView<float> input, ArrayView<float> output, PixelLayout layout, int margin)
    {
        int item = FlatLaunch.Item;
        int width = layout.Width + 2 * margin;
        if (item < (layout.Height + 2 * margin) * width * layout.Channels)
        {
            int pixel = item / layout.Channels;
            int channel = item - pixel * layout.Channels;
            // Outside, the nearest pixel of the border is zero.
            int row = IntrinsicMath.Clamp(pixel / width - margin, -1, layout.Height);
            int column = IntrinsicMath.Clamp(pixel % width - margin, -1, layout.Width);
            output[item] = input[layout.Offset(row, column) + channel];
        }
    }

    private static void DenseCopyQuadsKernel(
        ArrayView<F4> input, ArrayView<F4> output, QuadLayout layout, int margin)
    {
        int item = FlatLaunch.Item;
        int width = layout.Width + 2 * margin;
        if (item < (layout.Height + 2 * margin) * width * layout.Quads)
        {
            int pixel = item / layout.Quads;
            int quad = item - pixel * layout.Quads;
            int row = IntrinsicMath.Clamp(pixel / width - margin, -1, layout.Height);
            int column = IntrinsicMath.Clamp(pixel % width - margin, -1, layout.Width);
            output[item] = input[layout.Offset(row, column) + quad];
        }
    }

    /// <summary>Floats of a copy.</summary>
    public static int Length(TensorShape shape, int margin) =>
        checked((shape.Height + 2 * margin) * (shape.Width + 2 * margin) * shape.Channels);

    public void Launch(Tensor input, ArrayView<float> output, int margin)
    {
        TensorShape shape = input.Shape;
        int length = Length(shape, margin);
        using (engine.Launch(nameof(DenseCopy), 0, 4.0 * (shape.Length + length)))
        {
            if (shape.Channels == shape.PaddedChannels)
            {
                _quads.Launch(FlatLaunch.Over(length / 4), input.View.Cast<F4>(), output.Cast<F4>(),
                    new QuadLayout(shape), margin);
            }
            else
            {
                _elements.Launch(FlatLaunch.Over(length), input.View, output, new PixelLayout(shape), margin);
            }
        }
    }
}
