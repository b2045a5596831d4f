using ILGPU;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// The three stages of Winograd F(4×4,3×3) on a CPU, tile by tile, as <see cref="WinogradFusedCpu"/> and
/// <see cref="WinogradPassesCpu"/> put them together: V = Bᵀ·d·B, M = V·U, Y = Aᵀ·M·A.
/// </summary>
internal static class WinogradTilesCpu
{
    /// <summary>
    /// Terms summed from zero before they are added to the rest: runs of 128 make 1.6 times the error.
    /// </summary>
    private const int SumLength = 32;

    /// <summary>Contracted channels whose weights, 16 KiB, stay in the first-level cache for all rows.</summary>
    private const int CachedDepth = 128;

    /// <summary>Vectors of a plane of products or sums.</summary>
    /// <remarks>
    /// One more than its content: a tile's 36 values, stored a power of two apart, would share few lines of the cache.
    /// </remarks>
    public static int PlaneVectors(int rows, int channels) => rows * channels / 16 + 1;

    /// <summary>One tile's products, for all channels.</summary>
    /// <param name="input">Bordered map.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="tileColumns">Tiles in a row of tiles.</param>
    /// <param name="tile">Which tile.</param>
    /// <param name="products">36 planes.</param>
    /// <param name="target">Where the tile's product 0 goes, in vectors.</param>
    /// <param name="plane">Vectors from one plane to the next.</param>
    public static void Transform(
        ArrayView<F16> input, PixelLayout layout, int tileColumns, int tile, ArrayView<F16> products, int target,
        int plane)
    {
        int row = tile / tileColumns * WinogradTile.Side;
        int column = tile % tileColumns * WinogradTile.Side;
        int pixelPitch = layout.Pitch / 16;
        int rowPitch = layout.RowPixels * pixelPitch;
        int first = row * rowPitch + column * pixelPitch;
        for (int vector = 0; vector < layout.Channels / 16; vector++)
            WinogradTransform.Input(input, first + vector, pixelPitch, rowPitch, products, target + vector, plane);
    }

    /// <summary>One plane's sums for some times 12 tiles and 32 produced channels.</summary>
    /// <param name="products">Rows of n products, a row per tile.</param>
    /// <param name="firstProduct">The first row's first.</param>
    /// <param name="rows">Tiles, a multiple of 12.</param>
    /// <param name="contracted">n.</param>
    /// <param name="firstChannel">The first of the n that count; sums over those before it are added to.</param>
    /// <param name="channels">How many count.</param>
    /// <param name="weights">A panel of so many channels × 32.</param>
    /// <param name="panel">Its first vector.</param>
    /// <param name="sums">Rows of m sums.</param>
    /// <param name="firstSum">The first row's first of the 32, in vectors.</param>
    /// <param name="pitch">m in vectors.</param>
    public static void Multiply(
        ArrayView<float> products, int firstProduct, int rows, int contracted, int firstChannel, int channels,
        ArrayView<F16> weights, int panel, ArrayView<F16> sums, int firstSum, int pitch)
    {
        for (int first = 0; first < channels; first += CachedDepth)
        {
            int end = IntrinsicMath.Min(channels, first + CachedDepth);
            for (int row = 0; row < rows; row += RegisterTile.Rows)
            {
                for (int channel = first; channel < end; channel += SumLength)
                {
                    RegisterTile tile = default;
                    tile.MultiplyAdd(
                        products, firstProduct + row * contracted + firstChannel + channel, contracted, 1, weights,
                        panel + channel * RegisterTile.Vectors, RegisterTile.Vectors,
                        IntrinsicMath.Min(end - channel, SumLength));
                    if (firstChannel + channel == 0)
                        tile.Store(sums, firstSum + row * pitch, pitch);
                    else
                        tile.AddInto(sums, firstSum + row * pitch, pitch);
                }
            }
        }
    }

    /// <summary>One tile's outputs, for all channels; those past the map's edge are dropped.</summary>
    /// <param name="sums">36 planes.</param>
    /// <param name="source">Where the tile's sum 0 lies, in vectors.</param>
    /// <param name="plane">Vectors from one plane to the next.</param>
    /// <param name="bias">Addends by channel.</param>
    /// <param name="mask">Rectified values for the epilogue's mask.</param>
    /// <param name="output">Bordered map.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="tileColumns">Tiles in a row of tiles.</param>
    /// <param name="tile">Which tile.</param>
    /// <param name="epilogue">How to store.</param>
    public static void Store(
        ArrayView<F16> sums, int source, int plane, ArrayView<F16> bias, ArrayView<F16> mask, ArrayView<F16> output,
        PixelLayout layout, int tileColumns, int tile, Epilogue epilogue)
    {
        int row = tile / tileColumns * WinogradTile.Side;
        int column = tile % tileColumns * WinogradTile.Side;
        int rowsLeft = layout.Height - row;
        int columnsLeft = layout.Width - column;
        int pixelPitch = layout.Pitch / 16;
        int rowPitch = layout.RowPixels * pixelPitch;
        int first = (row + 1) * rowPitch + (column + 1) * pixelPitch;
        for (int vector = 0; vector < layout.Channels / 16; vector++)
        {
            var outputs = new WinogradOutputTile(sums, source + vector, plane);
            F16 addend = bias[vector];
            int index = first + vector;
            StoreRow(output, index, pixelPitch, columnsLeft, outputs.Row0, addend, mask, epilogue);
            if (rowsLeft > 1)
                StoreRow(output, index + rowPitch, pixelPitch, columnsLeft, outputs.Row1, addend, mask, epilogue);
            if (rowsLeft > 2)
                StoreRow(output, index + 2 * rowPitch, pixelPitch, columnsLeft, outputs.Row2, addend, mask, epilogue);
            if (rowsLeft > 3)
                StoreRow(output, index + 3 * rowPitch, pixelPitch, columnsLeft, outputs.Row3, addend, mask, epilogue);
        }
    }

    private static void StoreRow(
        ArrayView<F16> output, int index, int pixelPitch, int columnsLeft, WinogradOutput row, F16 bias,
        ArrayView<F16> mask, Epilogue epilogue)
    {
        epilogue.Store(output, index, row.Q0, bias, mask);
        if (columnsLeft > 1)
            epilogue.Store(output, index + pixelPitch, row.Q1, bias, mask);
        if (columnsLeft > 2)
            epilogue.Store(output, index + 2 * pixelPitch, row.Q2, bias, mask);
        if (columnsLeft > 3)
            epilogue.Store(output, index + 3 * pixelPitch, row.Q3, bias, mask);
    }
}
