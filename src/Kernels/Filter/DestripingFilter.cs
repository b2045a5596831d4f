using ILGPU;

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

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, int> _kernel =
        new(engine, DestripingKernel);

    // From a place to the next the triangle's sum grows by the box ahead of it and shrinks by the one behind.
    private static void DestripingKernel(ArrayView<F4> x, ArrayView<F4> y, QuadLayout layout, int downColumns)
    {
        var lines = new Lines(layout, downColumns);
        int run = FlatLaunch.Item / lines.Count;
        int number = FlatLaunch.Item - run * lines.Count;
        int begin = run * Run;
        if (begin < lines.Length)
        {
            Line line = lines.Get(number);
            F4 ahead = F4.Broadcast(0f);
            F4 behind = F4.Broadcast(0f);
            F4 sum = F4.Broadcast(0f);
            for (int k = 0; k < HalfWidth; k++)
            {
                F4 one = line.Bend(x, begin - k);
                F4 other = line.Bend(x, begin + k + 1);
                behind += one;
                ahead += other;
                sum += F4.Broadcast(HalfWidth - k) * one + F4.Broadcast(HalfWidth - k - 1) * other;
            }
            int end = IntrinsicMath.Min(begin + Run, lines.Length);
            for (int place = begin; place < end; place++)
            {
                int i = line.Index(place);
                y[i] = x[i] + F4.Broadcast(0.25f / (HalfWidth * HalfWidth)) * sum;
                F4 next = line.Bend(x, place + 1);
                sum += ahead - behind;
                ahead += line.Bend(x, place + 1 + HalfWidth) - next;
                behind += next - line.Bend(x, place + 1 - HalfWidth);
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
            _kernel.Launch(Over(new Lines(layout, 1)), x.View.Cast<F4>(), scratch.View.Cast<F4>(), layout, 1);
            _kernel.Launch(Over(new Lines(layout, 0)), scratch.View.Cast<F4>(), x.View.Cast<F4>(), layout, 0);
        }
    }

    private static KernelConfig Over(Lines lines) => FlatLaunch.Over((lines.Length + Run - 1) / Run * lines.Count);

    /// <summary>A tensor's columns of quads, or its rows.</summary>
    private readonly struct Lines
    {
        private readonly QuadLayout _layout;
        private readonly int _down;
        private readonly int _along;

        public Lines(QuadLayout layout, int downColumns)
        {
            _layout = layout;
            _down = downColumns;
            _along = 1 - downColumns;
            Length = _down * layout.Height + _along * layout.Width;
            Count = (_down * layout.Width + _along * layout.Height) * layout.Quads;
        }

        /// <summary>Quads of a line.</summary>
        public readonly int Length;

        public readonly int Count;

        public Line Get(int number)
        {
            int across = number / _layout.Quads;
            int last = Count / _layout.Quads - 1;
            int toNext = _down * _layout.Quads + _along * _layout.Pitch;
            return new Line(
                _layout.Offset(_along * across, _down * across) + number - across * _layout.Quads,
                _down * _layout.Pitch + _along * _layout.Quads,
                Length,
                toNext * IntrinsicMath.Min(across, 1),
                toNext * IntrinsicMath.Min(last - across, 1));
        }
    }

    /// <summary>A column or row of quads between its neighbours; itself where it has none.</summary>
    private readonly struct Line
    {
        private readonly int _first;
        private readonly int _step;
        private readonly int _length;
        private readonly int _toLeft;
        private readonly int _toRight;

        public Line(int first, int step, int length, int toLeft, int toRight)
        {
            _first = first;
            _step = step;
            _length = length;
            _toLeft = toLeft;
            _toRight = toRight;
        }

        public int Index(int place) => _first + place * _step;

        /// <summary>
        /// The second difference across the line at a place, mirrored at its ends; that at an end where even the
        /// mirrored place is outside.
        /// </summary>
        public F4 Bend(ArrayView<F4> x, int place)
        {
            int mirrored = IntrinsicMath.Max(place, -1 - place);
            int i = Index(IntrinsicMath.Max(IntrinsicMath.Min(mirrored, 2 * _length - 1 - mirrored), 0));
            return x[i - _toLeft] + x[i + _toRight] - F4.Broadcast(2f) * x[i];
        }
    }
}
