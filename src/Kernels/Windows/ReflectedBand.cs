using ILGPU;
using IlgpuStyle.Kernels.Normalization;

namespace IlgpuStyle.Kernels.Windows;

/// <summary>
/// Rows of a map that is doubled and padded by reflection, from a band of the map's rows: y[h,w,c] =
/// x[⌊m(h + r − p, H)/d⌋ − s, ⌊m(w − p, W)/d⌋, c], with m(i, n) = |i| for i &lt; n, else 2·(n − 1) − i.
/// </summary>
/// <remarks>
/// Shapes: x [b,W/d,C], y [h,W+2p,C], of a map of H/d rows; d is 1 or 2. x may be normalised on the way, as
/// <see cref="InstanceNormalizationForward"/> does it. Launch: one work-item per output quad; on a CPU
/// <see cref="ReflectedBandCpu"/>. Overwrites y.
/// </remarks>
public sealed class ReflectedBand(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, QuadLayout, BandPlace> _kernel =
        new(engine, ReflectedBandKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<float>, ArrayView<float>, int,
        QuadLayout, QuadLayout, BandPlace, float> _normalizedKernel = new(engine, NormalizedBandKernel);

    private static void ReflectedBandKernel(
        ArrayView<F4> x, ArrayView<F4> y, QuadLayout inputLayout, QuadLayout outputLayout, BandPlace place)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            QuadPlace at = outputLayout.Place(item);
            y[outputLayout.Offset(at.Row, at.Column) + at.Quad] =
                x[inputLayout.Offset(place.Row(at.Row), place.Column(at.Column)) + at.Quad];
        }
    }

    private static void NormalizedBandKernel(
        ArrayView<F4> x, ArrayView<F4> y, ArrayView<F4> statistics, ArrayView<float> scale, ArrayView<float> bias,
        int channels, QuadLayout inputLayout, QuadLayout outputLayout, BandPlace place, float floor)
    {
        int item = FlatLaunch.Item;
        if (item < outputLayout.Count)
        {
            QuadPlace at = outputLayout.Place(item);
            int quads = outputLayout.Quads;
            F4 factor = statistics[at.Quad + 2 * quads] * ChannelQuad.Of(scale, at.Quad, channels);
            F4 centred = x[inputLayout.Offset(place.Row(at.Row), place.Column(at.Column)) + at.Quad]
                - statistics[at.Quad] - statistics[at.Quad + quads];
            y[outputLayout.Offset(at.Row, at.Column) + at.Quad] =
                F4.Floor(factor * centred + ChannelQuad.Of(bias, at.Quad, channels), floor);
        }
    }

    /// <summary>output = rows of the input's map.</summary>
    /// <param name="input">x.</param>
    /// <param name="output">y.</param>
    /// <param name="rows">Which rows they are.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or rows are needed that the band has not.</exception>
    public void Launch(Tensor input, Tensor output, BandRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.RequireFit(input, output);
        using (engine.Launch(nameof(ReflectedBand), 0, 8.0 * output.Shape.Length))
        {
            if (engine.Class == DeviceClass.Cpu)
            {
                engine.Get(e => new ReflectedBandCpu(e)).Launch(input, output, new BandPlace(rows, input.Shape.Width));
                return;
            }
            var layout = new QuadLayout(output.Shape);
            _kernel.Launch(FlatLaunch.Over(layout.Count), input.View.Cast<F4>(), output.View.Cast<F4>(),
                new QuadLayout(input.Shape), layout, new BandPlace(rows, input.Shape.Width));
        }
    }

    /// <summary>output = rows of the input's map, normalised.</summary>
    /// <param name="input">x.</param>
    /// <param name="output">y.</param>
    /// <param name="rows">Which rows they are.</param>
    /// <param name="statistics">Of the whole map; of <see cref="InstanceStatistics"/>.</param>
    /// <param name="scale">γ.</param>
    /// <param name="bias">β.</param>
    /// <param name="rectified">Whether a ReLU stands behind the normalisation.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or rows are needed that the band has not.</exception>
    public void LaunchNormalized(
        Tensor input, Tensor output, BandRows rows, DeviceArray statistics, DeviceArray scale, DeviceArray bias,
        bool rectified)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.RequireFit(input, output);
        Require.Length(nameof(ReflectedBand), statistics, InstanceStatistics.Length(input.Shape));
        Require.Length(nameof(ReflectedBand), scale, input.Shape.Channels);
        Require.Length(nameof(ReflectedBand), bias, input.Shape.Channels);
        using (engine.Launch("ReflectedBand (normalized)", 5.0 * output.Shape.Length, 8.0 * output.Shape.Length))
        {
            float floor = rectified ? 0f : float.NegativeInfinity;
            if (F16.Fit(engine, output.Shape))
            {
                engine.Get(e => new ReflectedBandCpu(e)).LaunchNormalized(
                    input, output, new BandPlace(rows, input.Shape.Width), statistics, scale, bias, floor);
                return;
            }
            var layout = new QuadLayout(output.Shape);
            _normalizedKernel.Launch(FlatLaunch.Over(layout.Count), input.View.Cast<F4>(), output.View.Cast<F4>(),
                statistics.View.Cast<F4>(), scale.View, bias.View, input.Shape.Channels, new QuadLayout(input.Shape),
                layout, new BandPlace(rows, input.Shape.Width), floor);
        }
    }
}

/// <summary>Which rows of a map that is doubled and padded are made of which rows of the map.</summary>
/// <param name="MapHeight">The map's rows.</param>
/// <param name="Doubled">Whether each pixel counts 2 × 2 times.</param>
/// <param name="Padding">p, pixels on each side.</param>
/// <param name="FirstInput">s, the map's row that is the band's first.</param>
/// <param name="FirstOutput">r, the first row that is made, of the padded map.</param>
public sealed record BandRows(int MapHeight, bool Doubled, int Padding, int FirstInput, int FirstOutput)
{
    private int Factor => Doubled ? 2 : 1;

    /// <summary>The map's row that a row of the output is.</summary>
    public int Source(int outputRow)
    {
        int place = Math.Abs(FirstOutput + outputRow - Padding);
        return Math.Min(place, 2 * (MapHeight * Factor - 1) - place) / Factor;
    }

    /// <exception cref="ArgumentException">The shapes do not fit, or a row that is needed is not in the band.</exception>
    internal void RequireFit(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        int width = input.Shape.Width * Factor;
        Require.Shape(
            nameof(ReflectedBand), output, input.Shape with
            {
                Height = output.Shape.Height,
                Width = width + 2 * Padding,
            });
        bool isInside = Padding >= 0 && Padding < width && Padding < MapHeight * Factor && FirstOutput >= 0
            && FirstOutput + output.Shape.Height <= MapHeight * Factor + 2 * Padding
            && Enumerable.Range(0, output.Shape.Height).Select(Source)
                .All(row => row >= FirstInput && row < FirstInput + input.Shape.Height);
        if (!isInside)
        {
            throw new ArgumentException(
                $"{nameof(ReflectedBand)}: '{input.Name}' of {input.Shape} lacks rows for {output.Shape} of {this}.");
        }
    }
}

/// <summary>The kernel-side twin of <see cref="BandRows"/>.</summary>
internal readonly struct BandPlace
{
    private readonly int _rowOffset;
    private readonly int _lastRow;
    private readonly int _lastColumn;
    private readonly int _firstInput;

    /// <summary>p.</summary>
    public readonly int Padding;

    /// <summary>1 where a pixel is doubled, else 0.</summary>
    public readonly int Shift;

    public BandPlace(BandRows rows, int mapWidth)
    {
        int factor = rows.Doubled ? 2 : 1;
        _rowOffset = rows.FirstOutput - rows.Padding;
        Padding = rows.Padding;
        _lastRow = 2 * (rows.MapHeight * factor - 1);
        _lastColumn = 2 * (mapWidth * factor - 1);
        Shift = factor - 1;
        _firstInput = rows.FirstInput;
    }

    /// <summary>The band's row that a row of the output is.</summary>
    public int Row(int outputRow)
    {
        int place = IntrinsicMath.Abs(outputRow + _rowOffset);
        return (IntrinsicMath.Min(place, _lastRow - place) >> Shift) - _firstInput;
    }

    /// <summary>Likewise.</summary>
    public int Column(int outputColumn)
    {
        int place = IntrinsicMath.Abs(outputColumn - Padding);
        return IntrinsicMath.Min(place, _lastColumn - place) >> Shift;
    }
}
