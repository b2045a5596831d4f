using ILGPU;
using IlgpuStyle.Kernels.Matrix;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>
/// Gradient of a Gram matrix for OpenCL on a CPU: the matrix product of pixels × channels with the scaled, packed
/// 2s·D, in <see cref="RegisterTile"/>s of 12 pixels × 32 channels.
/// </summary>
/// <remarks>
/// Formula and shapes: <see cref="GramBackward"/>. Pixels are counted over bordered rows as in the direct
/// convolution. Launch: one work-item per tile and channel block, blocks fastest; group size 1, no barrier.
/// </remarks>
internal sealed class GramBackwardCpu(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        PixelLayout, Epilogue> _kernel = new(engine, GramBackwardCpuKernel);

    private static void GramBackwardCpuKernel(
        ArrayView<float> features, ArrayView<F16> panels, ArrayView<F16> zeros, ArrayView<F16> mask,
        ArrayView<F16> gradFeatures, PixelLayout layout, Epilogue epilogue)
    {
        int blocks = layout.Channels / RegisterTile.Columns;
        int tile = Grid.IdxX / blocks;
        int block = Grid.IdxX - tile * blocks;
        int pixel = tile * RegisterTile.Rows;
        RegisterTile sums = default;
        sums.MultiplyAdd(
            features, layout.Offset(0, 0) + pixel * layout.Pitch, layout.Pitch, 1,
            panels, block * layout.Channels * RegisterTile.Vectors, RegisterTile.Vectors, layout.Channels);
        ArrayView<F16> rows = LocalMemory.Allocate<F16>(RegisterTile.Rows * RegisterTile.Vectors);
        sums.Store(rows, 0, RegisterTile.Vectors);
        RegisterTile.StorePixels(
            rows, gradFeatures, layout, pixel, block * RegisterTile.Vectors, zeros, mask, epilogue);
    }

    /// <summary>Whether the channels fill whole tiles.</summary>
    public static bool Takes(TensorShape features) => features.Channels % RegisterTile.Columns == 0;

    public void Launch(
        Tensor features, DeviceArray gradGram, float scale, Tensor gradFeatures, Tensor? rectifiedBy,
        GradientWrite write)
    {
        TensorShape shape = features.Shape;
        ArrayView<F16> panels = engine.Get(e => new MatrixPanels(e))
            .Pack(gradGram, shape.Channels, RegisterTile.Columns, 2 * scale).Cast<F16>();
        int tiles = (shape.Height * (shape.Width + 2) + RegisterTile.Rows - 1) / RegisterTile.Rows;
        using (engine.Launch("GramBackward (panels)", GramBackward.Flop(shape),
            GramBackward.Bytes(shape, rectifiedBy, write)))
        {
            _kernel.Launch((tiles * (shape.Channels / RegisterTile.Columns), 1), features.View, panels,
                // The features' own border: at least W + 2 pixels of zeros before the first.
                features.View.SubView(0, shape.PaddedChannels).Cast<F16>(),
                Ones.IfNull(engine, rectifiedBy).Cast<F16>(),
                gradFeatures.View.Cast<F16>(), new PixelLayout(shape),
                new Epilogue(rectify: false, rectifiedBy, write));
        }
    }
}
