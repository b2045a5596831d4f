using System.Diagnostics;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Reduction;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer;

/// <summary>The loop of one scale: evaluate, step, clamp, and tell the observer.</summary>
/// <remarks>
/// Steps are queued without waiting; the losses of up to <see cref="LossRows"/> of them stay on the device until
/// the host looks, which it does about ten times a second, or after every step where steps are slower than that.
/// </remarks>
internal sealed class Optimization : IDisposable
{
    /// <summary>The most steps that are queued before the host looks.</summary>
    public const int LossRows = 16;

    private const double MillisecondsBetweenLooks = 100;

    private readonly Engine _engine;
    private readonly Recipe _recipe;
    private readonly LossGraph _graph;
    private readonly Tensor _picture;
    private readonly Tensor _lastFinite;
    private readonly Optimizer _optimizer;
    private readonly RelativeRate? _relativeRate;
    private readonly ResultKeeper _result;
    private readonly float[] _low;
    private readonly float[] _high;
    private readonly List<(int Iteration, double LearningRate)> _unseen = [];
    private readonly Stopwatch _sinceLook = new();
    private readonly int _stepsBefore;
    private int _stepsBetweenLooks = 1;
    private int _steps;

    /// <summary>Takes an allocated graph, which stays the caller's, and copies the start to it.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="recipe">What is minimised, and how.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="start">The first picture variable.</param>
    /// <param name="carried">What the scale before hands over, in this one's size; its picture is not looked at.</param>
    public Optimization(Engine engine, Recipe recipe, LossGraph graph, float[] start, CarriedState? carried)
    {
        _engine = engine;
        _recipe = recipe;
        _graph = graph;
        _picture = graph.Picture.Value;
        _picture.CopyFrom(start);
        (_low, _high) = PictureVariable.DisplayableRange(recipe.Space);
        _lastFinite = engine.AllocateTensor("last finite picture", _picture.Shape);
        _lastFinite.CopyFrom(start);
        _optimizer = recipe.Optimizer.Create(
            engine, _picture, graph.Picture.Gradient, new Objective(ReadLoss, EvaluateAndReadLoss));
        if (_optimizer is Adam adam && carried?.Moments is { } moments)
        {
            adam.FirstMoment.CopyFrom(moments.First);
            adam.SecondMoment.CopyFrom(moments.Second);
            adam.Steps = moments.Steps;
        }
        if (recipe.LearningRate.RelativeToFirstGradient)
        {
            _relativeRate = new RelativeRate(engine, graph, (_optimizer as Sgd)?.Momentum, LossRows, carried?.Descent);
            _stepsBefore = carried?.Descent?.Steps ?? 0;
        }
        _result = new ResultKeeper(engine, recipe, graph);
    }

    /// <summary>Whether a loss or a picture of NaN ends the run.</summary>
    public bool RequiresFiniteLoss { get; init; } = true;

    /// <summary>Device memory beside the graph's, in bytes.</summary>
    public static long PlannedBytes(Recipe recipe, TensorShape picture) => picture.AllocatedBytes
        + recipe.Optimizer.PlannedBytes(picture)
        + ResultKeeper.PlannedBytes(recipe, picture)
        + sizeof(float)
        + (recipe.LearningRate.RelativeToFirstGradient ? RelativeRate.PlannedBytes(picture, LossRows) : 0);

    /// <summary>Runs the steps; a cancelled run finishes the one it is at.</summary>
    /// <param name="iterations">Steps to do, at least 1.</param>
    /// <param name="done">Steps done at earlier scales.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="cancellation">Asked at each step.</param>
    /// <exception cref="LossNotFiniteException">The loss or the picture became NaN or infinite.</exception>
    public RunResult Run(int iterations, int done, RunObserver observer, CancellationToken cancellation)
    {
        _sinceLook.Restart();
        bool isEvaluated = false;
        for (int step = 0; ; step++)
        {
            int row = _unseen.Count;
            if (!isEvaluated)
                _graph.Evaluate(row);
            _result.SeeEvaluated(row);
            _engine.Operation = "optimizer";
            if (step == 0 && RequiresFiniteLoss && !float.IsFinite(SquareOfGradient()))
            {
                throw done == 0 && double.IsFinite(ReadLoss())
                    ? LossNotFiniteException.OfTheFirstGradient()
                    : NotFinite(done);
            }
            _relativeRate?.Bound(row);
            double learningRate = _recipe.LearningRate.At(_stepsBefore + step) * (_relativeRate?.Scale ?? 1);
            _unseen.Add((done + step, learningRate));
            bool isLast = step == iterations - 1;
            if (isLast || _unseen.Count >= _stepsBetweenLooks)
            {
                Look(observer);
                _engine.Get(e => new Scale(e)).Launch(_picture, 1, _lastFinite);
            }

            isEvaluated = _optimizer.Step(learningRate);
            if (_recipe.Clamp)
            {
                _engine.Get(e => new ClampChannels(e)).Launch(_picture, _low, _high);
                isEvaluated = false;
            }
            _result.SeeMoved();

            int stepsDone = done + step + 1;
            _steps = step + 1;
            string? stopReason = _optimizer.StopReason;
            bool interrupted = !isLast && cancellation.IsCancellationRequested;
            bool ends = isLast || interrupted || stopReason is not null;
            if (ends)
            {
                if (_unseen.Count > 0)
                    Look(observer);
                SeeLastPicture();
            }
            if (observer.PictureEvery > 0 && stepsDone % observer.PictureEvery == 0)
                observer.Picture?.Invoke(stepsDone, ReadPicture(stepsDone));
            if (ends)
                return new RunResult(ReadPicture(stepsDone), stepsDone, interrupted, stopReason);
        }
    }

    /// <summary>What the next scale starts from. Waits for the device.</summary>
    public CarriedState Carry() => new(
        _result.Read(),
        _picture.Shape.Height,
        _picture.Shape.Width,
        _optimizer is Adam adam
            ? new AdamMoments(adam.FirstMoment.ToArray(), adam.SecondMoment.ToArray(), adam.Steps)
            : null,
        _relativeRate?.Carry(_stepsBefore + _steps));

    /// <summary>Frees the optimizer's state and the kept pictures.</summary>
    public void Dispose()
    {
        _result.Dispose();
        _relativeRate?.Dispose();
        _optimizer.Dispose();
        _lastFinite.Dispose();
    }

    /// <summary>
    /// Reads the losses of the steps since the last look and reports them. Waits for the device.
    /// </summary>
    /// <exception cref="LossNotFiniteException">One is not finite.</exception>
    private void Look(RunObserver observer)
    {
        _graph.ReadLosses();
        _relativeRate?.ReadFactors();
        double milliseconds = _sinceLook.Elapsed.TotalMilliseconds / _unseen.Count;
        _sinceLook.Restart();
        for (int row = 0; row < _unseen.Count; row++)
        {
            LossValues losses = _graph.Losses(row);
            if (RequiresFiniteLoss && !double.IsFinite(losses.Total))
                throw NotFinite(_unseen[row].Iteration);
            observer.Iteration?.Invoke(new IterationReport(
                _unseen[row].Iteration, losses, _unseen[row].LearningRate * (_relativeRate?.Factor(row) ?? 1),
                milliseconds));
        }
        _unseen.Clear();
        _stepsBetweenLooks = _recipe.Optimizer.SearchesLine
            ? 1
            : (int)Math.Clamp(MillisecondsBetweenLooks / milliseconds, 1, LossRows);
    }

    /// <summary>The picture after the last step is a candidate too, but its loss is not known yet.</summary>
    private void SeeLastPicture()
    {
        if (_recipe.Result != ResultPicture.Best)
            return;
        _graph.Evaluate(row: 0);
        _result.SeeEvaluated(row: 0);
    }

    private double EvaluateAndReadLoss()
    {
        _graph.Evaluate(row: 0);
        return ReadLoss();
    }

    private double ReadLoss()
    {
        _graph.ReadLosses();
        return _graph.Losses(row: 0).Total;
    }

    private float SquareOfGradient()
    {
        Tensor gradient = _graph.Picture.Gradient;
        using DeviceArray square = _engine.AllocateArray("square of the gradient", 1);
        _engine.Get(e => new Dot(e)).Launch(gradient, gradient, square, 0);
        return square.ToArray()[0];
    }

    private RgbPicture ReadPicture(int iteration)
    {
        float[] variable = _result.Read();
        if (RequiresFiniteLoss && !Array.TrueForAll(variable, float.IsFinite))
            throw NotFinite(iteration);
        return ToLevels(variable);
    }

    private LossNotFiniteException NotFinite(int iteration) => iteration == 0
        ? LossNotFiniteException.WithoutAStep()
        : LossNotFiniteException.AfterSteps(
            iteration, _recipe.LearningRate.Initial, ToLevels(_lastFinite.ToArray()));

    private RgbPicture ToLevels(float[] variable) => PictureVariable.ToLevels(
        variable, _picture.Shape.Height, _picture.Shape.Width, _recipe.Space);
}
