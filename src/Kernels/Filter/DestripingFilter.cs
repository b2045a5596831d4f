using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels.Filter;

/// <summary>
/// Takes stripes of few pixels that stand upright, then those that lie, out of a picture, in place. Upright ones are
/// where averages down columns bend along rows: x[h,w,c] ← x[h,w,c] + ¼·Σ t[k]·(x[h+k, w−1, c] − 2·x[h+k, w, c] +
/// x[h+k, w+1, c]), t[k] = (8 − |k|)/64 for |k| &lt; 8; for lying ones rows and columns change places.
/// </summary>
/// <remarks>
/// Shapes: x, scratch [H,W,C]. Outside, a picture goes on as its mirror image, with its last pixel twice. A wave with
/// f cycles a pixel along a row and g down a column is multiplied by 1 − sin²(πf)·T(g) and by 1 − sin²(πg)·T(f), where T
/// is the triangle's spectrum, (sin 8πg / (8·sin πg))²: by almost 1 unless it is short along one axis and long along the
/// other. No factor is negative, and as a matrix the filter is symmetric, so that a loss's gradient still leads downhill
/// after it: it is then the gradient in a metric in which stripes are dear, as a Sobolev gradient is one in which fine
/// detail is (Neuberger 1997, "Sobolev Gradients and Differential Equations"). The filter is ours. Launch: two passes,
/// upright stripes into scratch and lying ones back, one work-item per run of <see cref="Run"/> quads of a line.
/// </remarks>
public sealed class DestripingFilter(Engine engine)
{
    private const int HalfWidth = 8;

    /// <summary>Quads that a work-item computes, each sum from the last.</summary>
    private const int Run = 16;

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, Lines> _kernel = new(engine, DestripingKernel);

    // From a place to the next the triangle's sum grows by the box ahead of it and shrinks by the one behind.
    private static void DestripingKernel(ArrayView<F4> x, ArrayView<F4> y, Lines lines)
    {
        int run = FlatLaunch.Item / lines.Count;
        int begin = run * Run;
        if (begin < lines.Length)
        {
            int line = FlatLaunch.Item - run * lines.Count;
            F4 ahead = F4.Broadcast(0f);
            F4 behind = F4.Broadcast(0f);
            F4 sum = F4.Broadcast(0f);
            for (int k = 0; k < HalfWidth; k++)
            {
                F4 one = lines.Bend(x, line, begin - k);
                F4 other = lines.Bend(x, line, begin + k + 1);
                behind += one;
                ahead += other;
                sum += F4.Broadcast(HalfWidth - k) * one + F4.Broadcast(HalfWidth - k - 1) * other;
            }
            int end = IntrinsicMath.Min(begin + Run, lines.Length);
            for (int place = begin; place < end; place++)
            {
                int i = lines.Index(line, place);
                y[i] = x[i] + F4.Broadcast(0.25f / (HalfWidth * HalfWidth)) * sum;
                F4 next = lines.Bend(x, line, place + 1);
                sum += ahead - behind;
                ahead += lines.Bend(x, line, place + 1 + HalfWidth) - next;
                behind += next - lines.Bend(x, line, place + 1 - HalfWidth);
            }
        }
    }

    /// <summary>x ← the filter of x; scratch is overwritten.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Launch(Tensor x, Tensor scratch)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(nameof(DestripingFilter), scratch, x.Shape);
        var layout = new QuadLayout(x.Shape);
        using (engine.Launch(nameof(DestripingFilter), 40.0 * x.Shape.Length, 16.0 * x.Shape.Length))
        {
            Launch(x, scratch, Lines.Columns(layout));
            Launch(scratch, x, Lines.Rows(layout));
        }
    }

    private void Launch(Tensor x, Tensor y, Lines lines) => _kernel.Launch(
        FlatLaunch.Over((lines.Length + Run - 1) / Run * lines.Count), x.View.Cast<F4>(), y.View.Cast<F4>(), lines);

    /// <summary>A tensor's columns of quads, or its rows.</summary>
    internal readonly struct Lines
    {
        private readonly int _first;
        private readonly int _step;
        private readonly int _across;
        private readonly int _quads;

        private Lines(QuadLayout layout, int length, int step, int lines, int across)
        {
            _first = layout.Offset(0, 0);
            _step = step;
            _across = across;
            _quads = layout.Quads;
            Length = length;
            Count = lines * layout.Quads;
        }

        /// <summary>Quads of a line.</summary>
        public readonly int Length;

        public readonly int Count;

        public static Lines Columns(QuadLayout layout) =>
            new(layout, layout.Height, layout.Pitch, layout.Width, layout.Quads);

        public static Lines Rows(QuadLayout layout) =>
            new(layout, layout.Width, layout.Quads, layout.Height, layout.Pitch);

        public int Index(int line, int place)
        {
            int number = line / _quads;
            return _first + number * _across + line - number * _quads + place * _step;
        }

        /// <summary>
        /// The second difference across a line at a place, mirrored at its ends; that at an end where even the mirrored
        /// place is outside. A line at an edge is its own neighbour.
        /// </summary>
        public F4 Bend(ArrayView<F4> x, int line, int place)
        {
            int mirrored = IntrinsicMath.Max(place, -1 - place);
            int i = Index(line, IntrinsicMath.Max(IntrinsicMath.Min(mirrored, 2 * Length - 1 - mirrored), 0));
            int before = Utilities.Select(line < _quads, 0, _across);
            int behind = Utilities.Select(line < Count - _quads, _across, 0);
            return x[i - before] + x[i + behind] - F4.Broadcast(2f) * x[i];
        }
    }
}
