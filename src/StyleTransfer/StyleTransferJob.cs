using System.Diagnostics;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.StyleTransfer;

/// <summary>Style transfer of one content picture on one device: evaluate a recipe's loss, or minimise it.</summary>
public sealed class StyleTransferJob : IDisposable
{
    /// <summary>
    /// Saving where device memory is the host's: values of different shapes share memory, which costs next to no
    /// time. docs/performance.md has what more would save and cost.
    /// </summary>
    private const int SavingOnCpu = 1;

    private readonly Engine _engine;
    private readonly Recipe _recipe;
    private readonly IReadOnlyList<ScalePictures> _scales;
    private readonly int _seed;
    private readonly SharedNetwork? _shared;
    private readonly VggNetwork _network;
    private readonly MemoryLimit _memoryLimit;
    private readonly IReadOnlyList<MemoryPlan> _plans;

    /// <summary>Uploads the network's weights and plans the memory.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="weights">VGG19's weights, at least up to the deepest layer that the recipe reads.</param>
    /// <param name="recipe">What to compute.</param>
    /// <param name="scales">
    /// Content and styles in the recipe's sizes: one entry, or one for each of the recipe's scales, coarse to fine.
    /// </param>
    /// <param name="seed">Of the start's noise.</param>
    /// <param name="maxMemoryBytes">
    /// Device memory to take at most, saving just enough to stay below; null for all of it: on a CPU what is free, less
    /// <see cref="HostBytes"/> and a tenth of the machine's for all others.
    /// </param>
    /// <param name="forms">
    /// How an earlier run got by at each scale, so that this one rounds alike; kept where the memory is enough for it.
    /// </param>
    /// <param name="shared">What this job has in common with others on the device; null where it is alone.</param>
    /// <exception cref="ArgumentException">
    /// The recipe names a layer that VGG19 or the weights lack, a picture is too small, or a mask does not fit.
    /// </exception>
    /// <exception cref="DeviceException">The device has too little memory for the weights.</exception>
    public StyleTransferJob(
        Engine engine, VggWeights weights, Recipe recipe, IReadOnlyList<ScalePictures> scales, int seed = 0,
        long? maxMemoryBytes = null, IReadOnlyList<MemoryForm>? forms = null, SharedNetwork? shared = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(scales);
        if (scales.Count == 0)
            throw new ArgumentException("Style transfer needs a content picture.");
        if (scales.Any(pictures => pictures.Styles.Count == 0))
            throw new ArgumentException("Style transfer needs at least one style picture.");
        foreach (ScalePictures pictures in scales)
            RequireMasksThatFit(pictures);
        if (recipe.FindContradiction() is { } contradiction)
            throw new ArgumentException(contradiction);
        _engine = engine;
        _recipe = recipe;
        _scales = scales;
        _seed = seed;
        _memoryLimit = new MemoryLimit(
            engine.Device.Class == DeviceClass.Cpu
                ? engine.AllocatedBytes + HostMemory.AvailableBytes - HostMemory.TotalBytes / 10 - HostBytes(scales)
                : engine.Device.MemoryBytes,
            maxMemoryBytes);
        _shared = shared;
        _network = shared?.Get(weights, recipe) ?? new VggNetwork(engine, weights, recipe.Network, recipe.Layers());
        try
        {
            int leastSaving = engine.Class == DeviceClass.Cpu ? SavingOnCpu : 0;
            _plans =
            [
                .. scales.Select((pictures, scale) => forms is null
                    ? PlanMemory(pictures, scale, leastSaving)
                    : PlanMemory(pictures, scale, leastSaving, forms[scale])),
            ];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Device memory that a run will take.</summary>
    public MemoryPlan Plan => _plans.MaxBy(plan => plan.TotalBytes)!;

    /// <summary>How each scale gets by with the memory.</summary>
    public IReadOnlyList<MemoryForm> Forms => [.. _plans.Select(plan => plan.Form)];

    /// <summary>What a run does when its loss is not finite.</summary>
    public DivergencePolicy OnDivergence { get; init; }

    /// <summary>
    /// What a process takes beside the device's memory for a run with these pictures, in bytes, as measured: runtime,
    /// driver and its compiler; pictures, and copies of the largest on its way to the device and to a file.
    /// </summary>
    public static long HostBytes(IReadOnlyList<ScalePictures> scales)
    {
        ArgumentNullException.ThrowIfNull(scales);
        const long process = 210L << 20;
        const int copiesPerPixel = 40;
        long pictures = scales.Sum(scale => 2L * scale.Content.Values.Length
            + scale.Styles.Sum(style => (long)style.Picture.Values.Length));
        long largest = scales.Max(scale => scale.Content.Values.Length / 3L);
        return process + sizeof(float) * pictures + copiesPerPixel * largest;
    }

    /// <summary>
    /// Refuses a run that the memory is not enough for; the other methods do that too, once they are called.
    /// </summary>
    /// <exception cref="DeviceException">The message says which size would fit.</exception>
    public void RequireMemory()
    {
        if (Plan.TotalBytes <= _memoryLimit.Bytes)
            return;
        // The last scale is the largest, and the one that the user chooses.
        RgbPicture content = _scales[^1].Content;
        throw Plan.Refusal(
            _memoryLimit, (content.Height, content.Width), FindFittingSize(), _recipe.SmallestSide());
    }

    /// <summary>The loss of a picture and its gradient, at the last scale.</summary>
    /// <param name="picture">Of the content's size, levels of 0..255; null for the recipe's start.</param>
    /// <exception cref="ArgumentException">The picture has another size than the content.</exception>
    /// <exception cref="LossNotFiniteException">The loss is NaN or infinite.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Evaluation Evaluate(RgbPicture? picture = null)
    {
        RequireMemory();
        ScalePictures pictures = _scales[^1];
        (int height, int width) = (pictures.Content.Height, pictures.Content.Width);
        if (picture is not null && (picture.Height, picture.Width) != (height, width))
        {
            throw new ArgumentException(
                $"The picture is {picture.Width}×{picture.Height}, but the content is {width}×{height}.");
        }
        using LossGraph graph = BuildGraph(pictures, Forms[^1], lossRows: 1);
        graph.Picture.Value.CopyFrom(picture is null
            ? StartVariable.Create(_recipe, pictures, _seed)
            : PictureVariable.FromLevels(picture, _recipe.Space));
        graph.Evaluate(row: 0);
        graph.ReadLosses();
        LossValues losses = graph.Losses(0);
        if (!double.IsFinite(losses.Total))
            throw LossNotFiniteException.WithoutAStep(losses);
        return new Evaluation(losses, graph.StyleByLayer(0), graph.Picture.Gradient.ToArray());
    }

    /// <summary>Minimises the loss from the recipe's start, scale by scale.</summary>
    /// <inheritdoc cref="Run(RunObserver, SavedRun, CancellationToken)"/>
    public RunResult Run(RunObserver observer, CancellationToken cancellation = default) =>
        Run(observer, saved: null, cancellation);

    /// <summary>Minimises the loss from where an earlier run has stopped, or from the start.</summary>
    /// <param name="observer">Who is told of iterations and pictures.</param>
    /// <param name="saved">Where an earlier run of the same job has stopped; null for a run from the start.</param>
    /// <param name="cancellation">Ends the run after the step it is at.</param>
    /// <exception cref="LossNotFiniteException">
    /// The loss became NaN or infinite, and <see cref="OnDivergence"/> did not help.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first step: there is no result.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public RunResult Run(RunObserver observer, SavedRun? saved, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(observer);
        RequireMemory();
        CarriedState? carried = null;
        RunResult? result = null;
        for (int scale = saved?.Scale ?? 0; ; scale++)
        {
            ScalePictures pictures = _scales[scale];
            var clock = Stopwatch.StartNew();
            LossGraph made;
            try
            {
                made = BuildGraph(pictures, _plans[scale].Form, Optimization.LossRows, cancellation);
            }
            catch (OperationCanceledException) when (result is not null)
            {
                return result with { Interrupted = true };
            }
            using LossGraph graph = made;
            carried = carried?.ResizedTo(pictures.Content.Height, pictures.Content.Width);
            using Optimization optimization = saved is not null && carried is null
                ? Restore(saved, scale, graph)
                : new Optimization(
                    _engine, _recipe.AtScale(scale, _plans[scale].Form), graph, StartOf(pictures, carried), carried)
                {
                    OnDivergence = OnDivergence,
                };
            observer.TargetsComputed?.Invoke(new TargetsReport(
                scale, optimization.Steps, pictures.Content.Height, pictures.Content.Width, clock.Elapsed));
            // What was copied to the device is not needed any more, and on a CPU the device's memory is the program's.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            var losses = new List<double>(scale == saved?.Scale ? saved.Losses : []);
            result = optimization.Run(
                _recipe.IterationsAt(scale),
                observer with { Iteration = (report => losses.Add(report.Losses.Total)) + observer.Iteration },
                cancellation) with
            {
                Trend = LossTrend.Of(losses),
            };
            bool isLast = scale == _scales.Count - 1;
            observer.Checkpoint?.Invoke(optimization.Checkpoint(
                result.Interrupted ? CheckpointOccasion.Interrupted
                : isLast ? CheckpointOccasion.End
                : CheckpointOccasion.ScaleEnd));
            if (isLast || result.Interrupted)
                return result;
            carried = optimization.Carry(scale + 1);
        }
    }

    /// <summary>
    /// Times every kernel launch of some steps at the last scale on the device, after a step to warm up.
    /// </summary>
    /// <remarks>The loss may diverge meanwhile: a launch takes as long with NaN as with numbers.</remarks>
    /// <param name="steps">At least 1.</param>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public IReadOnlyList<LaunchRecord> Profile(int steps)
    {
        RequireMemory();
        ScalePictures pictures = _scales[^1];
        using LossGraph graph = BuildGraph(pictures, Forms[^1], Optimization.LossRows);
        using var optimization = new Optimization(
            _engine, _recipe.AtScale(_scales.Count - 1, Forms[^1]), graph, StartVariable.Create(_recipe, pictures, _seed),
            carried: null)
        {
            OnDivergence = null,
        };
        var silent = new RunObserver();
        optimization.Run(1, silent, CancellationToken.None);
        return _engine.Profile(() => optimization.Run(1 + steps, silent, CancellationToken.None));
    }

    /// <summary>What each scale will take, its time measured on a part: some bands, or a smaller picture.</summary>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public IReadOnlyList<ScaleEstimate> Estimate()
    {
        RequireMemory();
        return [.. _scales.Select((pictures, scale) => new ScaleEstimate(
            pictures.Content.Height, pictures.Content.Width, _recipe.IterationsAt(scale), _plans[scale],
            TimeOfStep(pictures, scale)))];
    }

    /// <summary>Frees the network, unless others share it.</summary>
    public void Dispose()
    {
        if (_shared is null)
            _network.Dispose();
    }

    /// <summary>The time of a step on a part of the picture, once steps are as fast as they become.</summary>
    private TimeSpan TimeOfStep(ScalePictures pictures, int scale)
    {
        MemoryForm form = _plans[scale].Form;
        const int enoughPixels = 1 << 19;
        (int height, int width) = (pictures.Content.Height, pictures.Content.Width);
        int smallest = _recipe.SmallestSide();
        ScalePictures sample = form.Bands is { } bands
            ? pictures.Blank(Math.Min(height, Math.Max(smallest, 2 * bands.Rows)), Math.Min(width, 2L * bands.Columns))
            : pictures.Blank(Math.Min(1, Math.Sqrt(enoughPixels / ((double)height * width))), smallest);
        sample.FillWithNoise();
        using LossGraph graph = BuildGraph(sample, form, Optimization.LossRows);
        using var optimization = new Optimization(
            _engine, _recipe.AtScale(scale, form), graph, PictureVariable.FromLevels(sample.Content, _recipe.Space),
            carried: null)
        {
            OnDivergence = null,
        };
        var silent = new RunObserver();
        // Kernels are still being compiled beside the first steps.
        TimeSpan warmUp = TimeSpan.FromSeconds(2);
        const int timedSteps = 3;
        var times = new List<TimeSpan>();
        var clock = Stopwatch.StartNew();
        for (int step = 1; times.Count < timedSteps; step++)
        {
            TimeSpan before = clock.Elapsed;
            optimization.Run(step, silent, CancellationToken.None);
            _engine.Synchronize();
            if (before > warmUp)
                times.Add(clock.Elapsed - before);
        }
        times.Sort();
        return times[timedSteps / 2] * ((double)height * width / graph.Picture.Shape.Pixels);
    }

    private static void RequireMasksThatFit(ScalePictures pictures)
    {
        foreach (StyleMask mask in pictures.Styles.Select(style => style.Mask).OfType<StyleMask>())
        {
            if ((mask.Height, mask.Width) != (pictures.Content.Height, pictures.Content.Width))
            {
                throw new ArgumentException(
                    $"A style's mask is {mask.Width}×{mask.Height}, but the content is "
                    + $"{pictures.Content.Width}×{pictures.Content.Height}.");
            }
        }
    }

    private float[] StartOf(ScalePictures pictures, CarriedState? carried)
    {
        if (carried is null)
            return StartVariable.Create(_recipe, pictures, _seed);
        if (_recipe.Clamp)
            PictureVariable.Clamp(carried.Picture, _recipe.Space);
        return carried.Picture;
    }

    /// <summary>The content's size at the last scale that the memory is enough for, of the same aspect.</summary>
    private (int Height, int Width)? FindFittingSize()
    {
        ScalePictures asked = _scales[^1];
        int smallest = _recipe.SmallestSide();
        double least = smallest / (double)Math.Min(asked.Content.Height, asked.Content.Width);
        MemoryPlan plan = Plan;
        for (double factor = 1; factor > least;)
        {
            factor = Math.Max(least, factor * plan.SideFactor(_memoryLimit.Bytes));
            ScalePictures smaller = asked.Blank(factor, smallest);
            plan = PlanMemory(smaller, _scales.Count - 1, leastSaving: 0);
            if (plan.TotalBytes <= _memoryLimit.Bytes)
                return (smaller.Content.Height, smaller.Content.Width);
        }
        return null;
    }

    private Optimization Restore(SavedRun saved, int scale, LossGraph graph)
    {
        var optimization = new Optimization(
            _engine, _recipe.AtScale(scale, _plans[scale].Form), graph, new float[graph.Picture.Shape.Length], carried: null)
        {
            OnDivergence = OnDivergence,
        };
        foreach (StateEntry entry in optimization.State)
            entry.Restore(saved.Values(entry));
        return optimization;
    }

    /// <summary>The loss of a scale with its targets, on the device.</summary>
    private LossGraph BuildGraph(
        ScalePictures pictures, MemoryForm form, int lossRows, CancellationToken cancellation = default)
    {
        var targets = new Targets(_engine, _network, _recipe, pictures, form.Bands, cancellation, _shared);
        LossGraph graph = RecordGraph(pictures, lossRows, form);
        try
        {
            graph.Allocate(targets);
            return graph;
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    private LossGraph RecordGraph(ScalePictures pictures, int lossRows, MemoryForm form) =>
        new(_engine, _network, _recipe, pictures, lossRows, form.MemorySaving, form.Bands);

    /// <summary>The plan of an earlier run, or another where that needs more than there is.</summary>
    private MemoryPlan PlanMemory(ScalePictures pictures, int scale, int leastSaving, MemoryForm earlier)
    {
        MemoryPlan plan = PlanMemory(pictures, scale, earlier);
        return plan.TotalBytes <= _memoryLimit.Bytes ? plan : PlanMemory(pictures, scale, leastSaving);
    }

    /// <summary>The plan that saves just enough to stay below the limit, or the smallest where none does.</summary>
    private MemoryPlan PlanMemory(ScalePictures pictures, int scale, int leastSaving)
    {
        MemoryPlan? smallest = null;
        foreach (MemoryForm form in FormsFor(pictures, leastSaving))
        {
            MemoryPlan plan = PlanMemory(pictures, scale, form);
            if (plan.TotalBytes <= _memoryLimit.Bytes)
                return plan;
            smallest = smallest is null || plan.TotalBytes < smallest.TotalBytes ? plan : smallest;
        }
        return smallest!;
    }

    /// <summary>
    /// What may be done to save memory, from the least work to the most; on a CPU the device's memory is the host's.
    /// </summary>
    private IEnumerable<MemoryForm> FormsFor(ScalePictures pictures, int leastSaving)
    {
        IReadOnlyList<MemoryForm> forms = [.. FormsOnDevice(pictures, leastSaving)];
        return _engine.Class == DeviceClass.Cpu || _recipe.Optimizer.OnHost() == _recipe.Optimizer
            ? forms
            : forms.Concat(forms.Select(form => form with { OptimizerOnHost = true }));
    }

    private IEnumerable<MemoryForm> FormsOnDevice(ScalePictures pictures, int leastSaving)
    {
        IEnumerable<RgbPicture> all = pictures.Styles.Select(style => style.Picture).Append(pictures.Content);
        if (all.All(picture => Vgg19.CanIndex(picture.Height, picture.Width)))
        {
            using LossGraph graph = RecordGraph(pictures, lossRows: 1, new MemoryForm(0));
            for (int saving = Math.Min(leastSaving, graph.MostSaving); saving <= graph.MostSaving; saving++)
                yield return new MemoryForm(saving);
        }
        if (_recipe.NormalizeGradients)
            yield break; // Their length is that of the whole.
        foreach (MemoryForm form in MemoryForm.InBands(pictures.Content.Height, pictures.Content.Width))
            yield return form;
    }

    private MemoryPlan PlanMemory(ScalePictures pictures, int scale, MemoryForm form)
    {
        using LossGraph graph = RecordGraph(pictures, Optimization.LossRows, form);
        (RgbPicture Picture, FeatureRequest Request)[] targets =
        [
            .. pictures.Styles.Select(style => (style.Picture, Targets.OfStyle(_recipe))),
            (pictures.Content, Targets.OfContent(_recipe, StyleRegion.Of(pictures))),
        ];
        (long Bytes, IEnumerable<SharedScratch> Scratch)[] passes =
        [
            .. targets.Select(target => FeatureExtractor.Plan(
                _engine, _network, target.Picture, target.Request, form.Bands)),
        ];
        return new MemoryPlan(
            graph.WeightBytes,
            SharedScratch.Total(graph.Scratch.Concat(passes.SelectMany(pass => pass.Scratch))),
            passes.Max(pass => pass.Bytes),
            graph.PlannedBytes,
            Optimization.PlannedBytes(_recipe.AtScale(scale, form), graph.Picture.Shape),
            form,
            graph.RecomputedShare);
    }
}

/// <summary>What a scale of a run will take.</summary>
/// <param name="Height">Of the picture, in pixels.</param>
/// <param name="Width">The same.</param>
/// <param name="Iterations">Steps at it.</param>
/// <param name="Plan">Its memory.</param>
/// <param name="TimeOfStep">As measured on a part.</param>
public sealed record ScaleEstimate(int Height, int Width, int Iterations, MemoryPlan Plan, TimeSpan TimeOfStep);

/// <summary>A picture's loss.</summary>
/// <param name="Losses">The loss and its parts.</param>
/// <param name="StyleByLayer">The style term of each layer, by Keras name, weighted as it enters the loss.</param>
/// <param name="Gradient">
/// The gradient of the loss with respect to the recipe's picture variable, in its units and channel order: H × W × 3.
/// </param>
public sealed record Evaluation(
    LossValues Losses, IReadOnlyDictionary<string, double> StyleByLayer, float[] Gradient);
