using ILGPU;

namespace IlgpuStyle.Kernels.ValidConvolution;

/// <summary>The sum over all pixels, channel by channel: the gradient of a bias, sums[c] += Σ x[i,j,c].</summary>
/// <remarks>
/// Shapes: x [H,W,C]; sums at least [C]. Adds to what is there; fixed order, no atomics: rows in shares, then the
/// shares. Launch: flat, one work-item per share and channel; then one per channel.
/// </remarks>
public sealed class PixelSum(Engine engine) : IDisposable
{
    /// <summary>Enough work-items for a GPU, few enough partial sums to add up.</summary>
    private const int MostShares = 256;

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout, int> _shares =
        new(engine, PixelSumSharesKernel);

    private readonly ShareTotal _total = engine.Get(e => new ShareTotal(e));

    private readonly ScratchArrays _partials = new(engine, Partials);

    private static ScratchLayout Partials { get; } =
        new("pixel sums", channels => (long)MostShares * channels);

    private static void PixelSumSharesKernel(
        ArrayView<float> input, ArrayView<float> partials, PixelLayout layout, int shares)
    {
        int item = FlatLaunch.Item;
        if (item < shares * layout.Channels)
        {
            int share = item / layout.Channels;
            int channel = item - share * layout.Channels;
            float sum = 0;
            for (int row = share; row < layout.Height; row += shares)
            {
                int first = layout.Offset(row, 0) + channel;
                float rowSum = 0;
                for (int column = 0; column < layout.Width; column++)
                    rowSum += input[first + column * layout.Pitch];
                sum += rowSum;
            }
            partials[item] = sum;
        }
    }

    /// <summary>What a launch needs of the memory that all launches of the engine share.</summary>
    public static SharedScratch Scratch(TensorShape input) => Partials.Need(input.Channels);

    /// <summary>sums += the pixels' sums.</summary>
    /// <exception cref="ArgumentException">There are fewer sums than channels.</exception>
    public void Launch(Tensor input, DeviceArray sums)
    {
        ArgumentNullException.ThrowIfNull(input);
        TensorShape shape = input.Shape;
        Require.Slot(nameof(PixelSum), sums, shape.Channels - 1);
        int shares = Math.Min(shape.Height, MostShares);
        DeviceArray partials = _partials.For(shape.Channels)[0];
        using (engine.Launch(nameof(PixelSum), shape.Length, 4.0 * shape.Length))
        {
            _shares.Launch(FlatLaunch.Over(shares * shape.Channels), input.View, partials.View,
                new PixelLayout(shape), shares);
        }
        _total.Launch(partials.View, shares, sums, shape.Channels);
    }

    /// <summary>Frees the partial sums.</summary>
    public void Dispose() => _partials.Dispose();
}
