using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.StyleTransfer;

/// <summary>Style transfer of one content picture on one device: evaluate a recipe's loss, or minimise it.</summary>
public sealed class StyleTransferJob : IDisposable
{
    private readonly Engine _engine;
    private readonly Recipe _recipe;
    private readonly StagePictures _pictures;
    private readonly int _seed;
    private readonly VggNetwork _network;

    /// <summary>Uploads the network's weights and plans the memory.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="weights">VGG19's weights, at least up to the deepest layer that the recipe reads.</param>
    /// <param name="recipe">What to compute.</param>
    /// <param name="pictures">Content and styles in the recipe's sizes.</param>
    /// <param name="seed">Of the start's noise.</param>
    /// <exception cref="ArgumentException">The recipe names a layer that VGG19 or the weights lack, or a picture is too small.</exception>
    /// <exception cref="DeviceException">The device has too little memory for the weights.</exception>
    public StyleTransferJob(
        Engine engine, VggWeights weights, Recipe recipe, StagePictures pictures, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Styles.Count == 0)
            throw new ArgumentException("Style transfer needs at least one style picture.");
        _engine = engine;
        _recipe = recipe;
        _pictures = pictures;
        _seed = seed;
        _network = new VggNetwork(engine, weights, recipe.Network, recipe.Layers());
        try
        {
            Plan = PlanMemory();
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    /// <summary>Device memory that a run will take.</summary>
    public MemoryPlan Plan { get; }

    /// <summary>The loss of a picture and its gradient.</summary>
    /// <param name="picture">Of the content's size, levels of 0..255; null for the recipe's start.</param>
    /// <exception cref="ArgumentException">The picture has another size than the content.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Evaluation Evaluate(RgbPicture? picture = null)
    {
        using LossGraph graph = BuildGraph(lossRows: 1);
        graph.Picture.Value.CopyFrom(picture is null
            ? StartVariable.Create(_recipe, _pictures, _seed)
            : PictureVariable.FromLevels(picture, _recipe.Space));
        graph.Evaluate(row: 0);
        graph.ReadLosses();
        return new Evaluation(graph.Losses(0), graph.StyleByLayer(0), graph.Picture.Gradient.ToArray());
    }

    /// <summary>Minimises the loss from the recipe's start.</summary>
    /// <param name="observer">Who is told of iterations and pictures.</param>
    /// <param name="cancellation">Ends the run after the step it is at.</param>
    /// <exception cref="LossNotFiniteException">The loss became NaN or infinite.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public RunResult Run(RunObserver observer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(observer);
        using LossGraph graph = BuildGraph(Optimization.LossRows);
        using var optimization = new Optimization(
            _engine, _recipe, graph, StartVariable.Create(_recipe, _pictures, _seed));
        return optimization.Run(_recipe.Iterations, done: 0, observer, cancellation);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    private LossGraph BuildGraph(int lossRows)
    {
        Plan.RequireAtMost(_engine.Device.MemoryBytes, Math.Max(_pictures.Content.Height, _pictures.Content.Width));
        var targets = new Targets(_engine, _network, _recipe, _pictures);
        LossGraph graph = RecordGraph(lossRows);
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

    private LossGraph RecordGraph(int lossRows) =>
        new(_engine, _network, _recipe, _pictures.Content.Height, _pictures.Content.Width, lossRows);

    private MemoryPlan PlanMemory()
    {
        using LossGraph graph = RecordGraph(Optimization.LossRows);
        long targetBytes = _pictures.Styles.Select(style => style.Picture).Append(_pictures.Content).Max(
            picture => FeatureExtractor.PlannedBytes(
                _engine, _network, picture.Height, picture.Width, _recipe.Layers()));
        return new MemoryPlan(
            _engine.AllocatedBytes, targetBytes, graph.PlannedBytes,
            Optimization.PlannedBytes(_recipe, graph.Picture.Shape));
    }
}

/// <summary>A picture's loss.</summary>
/// <param name="Losses">The loss and its parts.</param>
/// <param name="StyleByLayer">The style term of each layer, by Keras name, weighted as it enters the loss.</param>
/// <param name="Gradient">
/// The gradient of the loss with respect to the recipe's picture variable, in its units and channel order: H × W × 3.
/// </param>
public sealed record Evaluation(
    LossValues Losses, IReadOnlyDictionary<string, double> StyleByLayer, float[] Gradient);
