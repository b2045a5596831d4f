using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// 3×3 convolution for OpenCL on a CPU: nine matrix products summed in one <see cref="RegisterTile"/> of 12 pixels
/// × 32 channels.
/// </summary>
/// <remarks>
/// y[p, k] = b[k] + Σ over taps (r,s) and c of x[p + r·(W+2) + s, c] · w[r,s,c,k], where p counts pixels of the
/// bordered rows, (W+2) to a row: a tile of 12 pixels may run over the end of a row, and the two sums of a row
/// that belong to no pixel are dropped. So no width wastes more than 2 of W + 2 pixels.
/// Weights [m/32][9][n][32]. Launch: one work-item per tile and channel block, blocks fastest so that they find
/// the tile's input in the first-level cache; group size 1, no barrier.
/// </remarks>
internal sealed class DirectConvolutionCpu(Engine engine)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>,
        ArrayView<F16>, PixelLayout, PixelLayout, Epilogue> _kernel = engine.Accelerator.LoadStreamKernel<
            ArrayView<float>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, ArrayView<F16>, PixelLayout,
            PixelLayout, Epilogue>(DirectConvolutionCpuKernel);

    private static void DirectConvolutionCpuKernel(
        ArrayView<float> input, ArrayView<F16> weights, ArrayView<F16> bias, ArrayView<F16> mask,
        ArrayView<F16> output, PixelLayout inputLayout, PixelLayout outputLayout, Epilogue epilogue)
    {
        int blocks = outputLayout.Channels / RegisterTile.Columns;
        int tile = Grid.IdxX / blocks;
        int block = Grid.IdxX - tile * blocks;
        int rowPixels = inputLayout.RowPixels;
        int pixel = tile * RegisterTile.Rows;
        int panelLength = inputLayout.Channels * RegisterTile.Vectors;
        int panel = block * ConvolutionWeights.TapCount * panelLength;

        RegisterTile sums = default;
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                sums.MultiplyAdd(
                    input, (pixel + row * rowPixels + column) * inputLayout.Pitch, inputLayout.Pitch, 1,
                    weights, panel, RegisterTile.Vectors, inputLayout.Channels);
                panel += panelLength;
            }
        }

        sums.StorePixels(
            output, outputLayout, pixel, block * RegisterTile.Vectors, bias, mask, epilogue);
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
        using (engine.Launch(
            pass.Backward ? "ConvolutionBackwardInput (direct)" : "ConvolutionForward (direct)", pass.DirectFlop, pass.Bytes(weights.Length)))
        {
            _kernel((tiles * (output.Channels / RegisterTile.Columns), 1), pass.Input.View, weights.View.Cast<F16>(),
                pass.Bias.View.Cast<F16>(), pass.Mask16(engine), pass.Output.View.Cast<F16>(),
                new PixelLayout(input), new PixelLayout(output), pass.Epilogue);
        }
    }
}
