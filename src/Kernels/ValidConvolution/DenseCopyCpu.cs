using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>
/// Copies a map to memory of its own with a wider margin of zeros and without padding of its channels: so that a
/// window's row is one run, and lies inside wherever it begins.
/// </summary>
/// <remarks>
/// Shapes: [H,W,C] → [H+2m,W+2m,C], dense. For OpenCL on a CPU. Launch: one work-item per row of the copy, group size
/// 1.
/// </remarks>
internal sealed class DenseCopyCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout, int> _kernel =
        new(engine, DenseCopyCpuKernel);

    private static void DenseCopyCpuKernel(
        ArrayView<float> input, ArrayView<float> output, PixelLayout layout, int margin)
    {
        int row = Grid.IdxX - margin;
        int border = margin * layout.Channels;
        int inside = layout.Width * layout.Channels;
        int target = Grid.IdxX * (inside + 2 * border);
        if (row < 0 | row >= layout.Height)
        {
            for (int i = 0; i < inside + 2 * border; i++)
                output[target + i] = 0;
        }
        else
        {
            for (int i = 0; i < border; i++)
            {
                output[target + i] = 0;
                output[target + border + inside + i] = 0;
            }
            target += border;
            int source = layout.Offset(row, 0);
            if (layout.Channels == layout.Pitch)
            {
                for (int i = 0; i < inside; i++)
                    output[target + i] = input[source + i];
            }
            else
            {
                for (int column = 0; column < layout.Width; column++)
                {
                    for (int channel = 0; channel < layout.Channels; channel++)
                        output[target + channel] = input[source + channel];
                    target += layout.Channels;
                    source += layout.Pitch;
                }
            }
        }
    }

    /// <summary>Floats of a copy.</summary>
    public static int Length(TensorShape shape, int margin, int tail = 0) =>
        checked((shape.Height + 2 * margin + tail) * (shape.Width + 2 * margin) * shape.Channels);

    /// <summary>Copies; below the margin so many more rows become zero.</summary>
    public void Launch(Tensor input, ArrayView<float> output, int margin, int tail = 0)
    {
        TensorShape shape = input.Shape;
        using (engine.Launch(nameof(DenseCopyCpu), 0, 4.0 * (shape.Length + Length(shape, margin, tail))))
            _kernel.Launch((shape.Height + 2 * margin + tail, 1), input.View, output, new PixelLayout(shape), margin);
    }
}
