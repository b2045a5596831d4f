using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// 3×3 convolution for OpenCL on a CPU: nine matrix products summed in <see cref="RegisterTile"/>s of 12 pixels
/// × 32 channels.
/// </summary>
/// <remarks>
/// y[p, k] = b[k] + Σ over taps (r,s) and c of x[p + r·(W+2) + s, c] · w[r,s,c,k], where p counts pixels of the
/// bordered rows, (W+2) to a row: a tile of 12 pixels may run over the end of a row, and the two sums of a row
/// that belong to no pixel are dropped. So no width wastes more than 2 of W + 2 pixels. Up to 9·512 products are
/// added in runs of 64, which rounds a third as much as one run: max pooling's choices, and so the gradient, hang
/// on the last bits.
/// Weights [m/32][9][n][32]. Launch: one work-item per tile and channel block, blocks fastest so that they find
/// the tile's input in the first-level cache; group size 1, no barrier.
/// </remarks>
internal sealed class DirectConvolutionCpu(Engine engine)
{
    /// <summary>Products added up in registers before they join the rest.</summary>
    private const int SumLength = 64;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        PixelLayout, PixelLayout, Epilogue> _kernel = new(engine, DirectConvolutionCpuKernel);

    private static void DirectConvolutionCpuKernel(
        ArrayView<float> input, ArrayView<F16> weights, ArrayView<F16> bias, ArrayView<F16> mask,
        ArrayView<F16> output, PixelLayout inputLayout, PixelLayout outputLayout, Epilogue epilogue)
    {
        int blocks = outputLayout.Channels / RegisterTile.Columns;
        int tile = Grid.IdxX / blocks;
        int block = Grid.IdxX - tile * blocks;
        int rowPixels = inputLayout.RowPixels;
        int pixel = tile * RegisterTile.Rows;
        int panel = block * ConvolutionWeights.TapCount * inputLayout.Channels * RegisterTile.Vectors;

        ArrayView<F16> sums = LocalMemory.Allocate<F16>(RegisterTile.Rows * RegisterTile.Vectors);
        RegisterTile zero = default;
        zero.Store(sums, 0, RegisterTile.Vectors);
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                int first = (pixel + row * rowPixels + column) * inputLayout.Pitch;
                for (int channel = 0; channel < inputLayout.Channels; channel += SumLength)
                {
                    int length = IntrinsicMath.Min(inputLayout.Channels - channel, SumLength);
                    RegisterTile part = default;
                    part.MultiplyAdd(
                        input, first + channel, inputLayout.Pitch, 1, weights, panel, RegisterTile.Vectors, length);
                    part.AddInto(sums, 0, RegisterTile.Vectors);
                    panel += length * RegisterTile.Vectors;
                }
            }
        }
        RegisterTile.StorePixels(
            sums, output, outputLayout, pixel, block * RegisterTile.Vectors, bias, mask, epilogue);
    }

    /// <summary>Whether the output's channels fill whole tiles.</summary>
    public static bool Takes(TensorShape output) => output.Channels % RegisterTile.Columns == 0;

    public void Launch(in ConvolutionPass pass)
    {
        TensorShape input = pass.Input.Shape;
        TensorShape output = pass.Output.Shape;
        DeviceArray weights = pass.Packed(
            WeightTransform.Taps, input.Channels, output.Channels, RegisterTile.Columns);
        int tiles = (output.Height * (output.Width + 2) + RegisterTile.Rows - 1) / RegisterTile.Rows;
        using (engine.Launch(PassName.Direct.Of(pass), pass.DirectFlop, pass.Bytes(weights.Length)))
        {
            _kernel.Launch(
                (tiles * (output.Channels / RegisterTile.Columns), 1), pass.Input.View, weights.View.Cast<F16>(),
                pass.Bias.View.Cast<F16>(), pass.Mask16(engine), pass.Output.View.Cast<F16>(),
                new PixelLayout(input), new PixelLayout(output), pass.Epilogue);
        }
    }
}
