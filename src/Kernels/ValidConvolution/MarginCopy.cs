using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>Copies a map, its channels padded as they are, to memory of its own with a wider margin of zeros.</summary>
/// <remarks>Shapes: [H,W,C] → [H+2m,W+2m,C′]. Launch: flat, one work-item per quad.</remarks>
internal sealed class MarginCopy(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, int> _kernel =
        new(engine, MarginCopyKernel);

    private static void MarginCopyKernel(
        ArrayView<F4> input, ArrayView<F4> output, QuadLayout layout, int margin)
    {
        int item = FlatLaunch.Item;
        int width = layout.Width + 2 * margin;
        if (item < (layout.Height + 2 * margin) * width * layout.Quads)
        {
            int pixel = item / layout.Quads;
            // Outside, the nearest pixel of the border is zero.
            int row = IntrinsicMath.Clamp(pixel / width - margin, -1, layout.Height);
            int column = IntrinsicMath.Clamp(pixel % width - margin, -1, layout.Width);
            output[item] = input[layout.Offset(row, column) + item - pixel * layout.Quads];
        }
    }

    /// <summary>Floats of a copy.</summary>
    public static int Length(TensorShape shape, int margin) =>
        checked((shape.Height + 2 * margin) * (shape.Width + 2 * margin) * shape.PaddedChannels);

    public void Launch(Tensor input, ArrayView<float> output, int margin)
    {
        int length = Length(input.Shape, margin);
        using (engine.Launch(nameof(MarginCopy), 0, 4.0 * (input.Shape.Length + length)))
        {
            _kernel.Launch(FlatLaunch.Over(length / 4), input.View.Cast<F4>(), output.Cast<F4>(),
                new QuadLayout(input.Shape), margin);
        }
    }
}
