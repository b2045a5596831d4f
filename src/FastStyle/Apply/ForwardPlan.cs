using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Normalization;
using IlgpuStyle.Kernels.ValidConvolution;

namespace IlgpuStyle.FastStyle;

/// <summary>
/// How a network goes over a picture of one size: in which order maps are computed, in bands of how many rows, and
/// which are kept.
/// </summary>
/// <remarks>
/// What has to be there as a whole before anything behind it can be computed are the statistics of normalisations; so a
/// pass over all bands is made for each, and for each sum. Its map is kept, unless the memory is too small for the
/// largest ones, or the driver gives no array as large: these are computed again by each pass that reads them.
/// </remarks>
internal sealed class ForwardPlan
{
    /// <summary>What names a band's memory among the arenas.</summary>
    public const int BandKey = -1;

    /// <summary>About what a band's maps take, so that much of them stays in a CPU's caches.</summary>
    private const long UsualBandBytes = 16L << 20;

    /// <summary>
    /// Bands, from fast to small: the rows that each has at least, and the bytes up to which it has more. Multiples of
    /// 8, so that a band begins at an aligned place of its map.
    /// </summary>
    private static readonly (int LeastRows, long Bytes)[] Bands =
        [(32, UsualBandBytes), (16, UsualBandBytes / 4), (8, 0)];

    /// <summary>
    /// Maps are kept that have at most the largest one's pixels over one of these: all of them, those of half its sides
    /// and less, those of a quarter.
    /// </summary>
    private static readonly int[] KeptDivisors = [1, 2, 8];

    private readonly Engine _engine;
    private readonly StyleNetwork _network;

    /// <summary>The plan for one choice; <see cref="For"/> chooses.</summary>
    internal ForwardPlan(
        Engine engine, StyleNetwork network, int height, int width, (int LeastRows, long Bytes) band, int keptDivisor)
    {
        _engine = engine;
        _network = network;
        Shapes = MapShapes.Of(network, height, width);
        int[] places = [.. Enumerable.Range(0, Shapes.Length).Where(NeedsPass)];
        int largest = places.Length == 0 ? 0 : places.Max(place => Shapes[place].Pixels);
        bool[] kept = new bool[Shapes.Length];
        foreach (int place in places)
        {
            kept[place] = network.Layers[place] is AdditionLayer
                || (long)keptDivisor * Shapes[place].Pixels <= largest;
        }
        var picture = new TensorShape(height, width, StyleNetwork.PictureChannels);
        Planner = new BandPlanner(network, picture, Shapes, place => kept[place]);
        int last = Shapes.Length - 1;
        Passes = [.. places.Where(place => place != last).Append(last).Select(place => new ForwardPass(
            place, RowsOf(place, band), kept[place] && place != last, Normalizations(place)))];
        Arenas = new ArenaPlan<int>(Lives());
        Bytes = (sizeof(float) * (Arenas.Lengths.Sum() + StatisticsFloats)) + ScratchBytes;
    }

    /// <summary>Of each layer's output.</summary>
    public TensorShape[] Shapes { get; }

    /// <summary>The passes over all bands, the last of which makes the output.</summary>
    public IReadOnlyList<ForwardPass> Passes { get; }

    /// <summary>Says how bands are computed.</summary>
    public BandPlanner Planner { get; }

    /// <summary>Device memory that it takes, in bytes, without the weights.</summary>
    public long Bytes { get; }

    /// <summary>Where kept maps lie, by their layers' places, and at <see cref="BandKey"/> those of a band.</summary>
    public ArenaPlan<int> Arenas { get; }

    /// <summary>Floats of the largest band's maps.</summary>
    public long BandFloats => Passes.Max(pass => FloatsOf(pass.Place, pass.BandRows));

    /// <summary>The largest of its arrays, in bytes.</summary>
    private long LargestArrayBytes => sizeof(float) * Arenas.Lengths.Max();

    /// <summary>Floats of all statistics, and of the rows' of the largest map.</summary>
    private long StatisticsFloats
    {
        get
        {
            ForwardPass[] passes = [.. Passes.Where(pass => pass.Normalizations.Count > 0)];
            return passes.Sum(pass => (long)pass.Normalizations.Count * InstanceStatistics.Length(Shapes[pass.Place]))
                + passes.Select(pass => InstanceStatistics.RowsLength(Shapes[pass.Place])).DefaultIfEmpty().Max();
        }
    }

    /// <summary>What launches share: the steps of a pass are the same for each band, but for its ends.</summary>
    private long ScratchBytes => SharedScratch.Total(Passes
        .SelectMany(pass => Convolutions(Planner.Compute(pass.Place, 0, pass.BandRows)))
        .SelectMany(shape => ValidConvolutionForward.Scratch(_engine, shape))
        .Concat(SharedScratch.Common));

    /// <summary>The fastest plan that fits, or the one that takes least.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="network">The layers.</param>
    /// <param name="height">The picture's, in pixels.</param>
    /// <param name="width">The picture's, in pixels.</param>
    /// <param name="availableBytes">Device memory without the weights.</param>
    /// <exception cref="ArgumentException">The picture is too small for the network.</exception>
    public static ForwardPlan For(Engine engine, StyleNetwork network, int height, int width, long availableBytes)
    {
        ForwardPlan? least = null;
        foreach (int keptDivisor in KeptDivisors)
        {
            foreach ((int LeastRows, long Bytes) band in Bands)
            {
                var plan = new ForwardPlan(engine, network, height, width, band, keptDivisor);
                if (plan.Bytes <= availableBytes && plan.LargestArrayBytes <= engine.Device.LargestArrayBytes)
                    return plan;
                least = least is null || plan.Bytes < least.Bytes ? plan : least;
            }
        }
        return least!;
    }

    /// <summary>A kept map is needed from the pass that makes it to the last that reads it.</summary>
    private IEnumerable<(int Key, long Floats, Life Life)> Lives()
    {
        var lives = new Dictionary<int, Life>();
        for (int pass = 0; pass < Passes.Count; pass++)
        {
            foreach (int source in Planner.Sources(Passes[pass].Place).Where(source => source != Layer.Picture))
                lives[source].Read(pass);
            if (Passes[pass].IsKept)
            {
                lives[Passes[pass].Place] = new Life();
                lives[Passes[pass].Place].Write(pass);
            }
        }
        return lives.Select(entry => (entry.Key, Shapes[entry.Key].AllocatedLength, entry.Value))
            .Append((BandKey, BandFloats, Life.Always(Passes.Count)));
    }

    private IEnumerable<ValidConvolutionShape> Convolutions(BandStep step) =>
        step.Inputs.SelectMany(Convolutions).Concat(
            step is ConvolutionStep { Place: var place, Input.Shape: var input }
                && _network.Layers[place] is ConvolutionLayer layer
                ? [new ValidConvolutionShape(input, layer.OutputChannels, layer.Kernel, layer.Stride)]
                : []);

    private bool NeedsPass(int place) =>
        _network.Layers[place] is AdditionLayer || Normalizations(place).Count > 0;

    private List<int> Normalizations(int place) =>
        [.. Enumerable.Range(0, Shapes.Length).Where(reader =>
            _network.Layers[reader] is InstanceNormalizationLayer norm && norm.Input == place)];

    /// <summary>Rows of a band: as many as take the usual memory, but enough that few are computed twice.</summary>
    private int RowsOf(int place, (int LeastRows, long Bytes) band)
    {
        int height = Shapes[place].Height;
        int rows = Math.Min(band.LeastRows, height);
        while (rows < height && sizeof(float) * FloatsOf(place, Math.Min(2 * rows, height)) <= band.Bytes)
            rows = Math.Min(2 * rows, height);
        return rows;
    }

    /// <summary>Floats of a band in the middle of the map, which takes the most.</summary>
    private long FloatsOf(int place, int rows) =>
        Planner.Compute(place, (Shapes[place].Height - rows) / 2, rows).Floats;
}

/// <summary>A pass over all bands of one layer's output.</summary>
/// <param name="Place">The layer.</param>
/// <param name="BandRows">Rows of a band.</param>
/// <param name="IsKept">Whether the output is kept as a whole.</param>
/// <param name="Normalizations">The layers that need its statistics.</param>
internal sealed record ForwardPass(int Place, int BandRows, bool IsKept, IReadOnlyList<int> Normalizations);
