using System.Diagnostics;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Reduction;
using IlgpuStyle.StyleTransfer.Checkpoints;
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

    /// <summary>After these the rate is 1/256: another setting is wrong, not the rate alone.</summary>
    private const int MostRateHalvings = 8;

    private const double MillisecondsBetweenLooks = 100;

    private readonly Engine _engine;
    private readonly Recipe _recipe;
    private readonly LossGraph _graph;
    private readonly Tensor _picture;
    private readonly BestPicture _best;
    private readonly Optimizer _optimizer;
    private readonly RelativeRate? _relativeRate;
    private readonly ResultKeeper _result;
    private readonly float[] _low;
    private readonly float[] _high;
    private readonly List<(int Iteration, double LearningRate)> _unseen = [];
    private readonly Stopwatch _sinceLook = new();
    private int _stepsBetweenLooks = 1;
    private int _scale;
    private int _done;
    private int _step;
    private int _rateHalvings;
    private bool _stopped;

    /// <summary>Takes an allocated graph, which stays the caller's, and copies the start to it.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="recipe">What is minimised, and how.</param>
    /// <param name="graph">The loss.</param>
    /// <param name="start">The first picture variable.</param>
    /// <param name="carried">
    /// What the scale before hands over, in this one's size; its picture is not looked at. Null at the first.
    /// </param>
    public Optimization(Engine engine, Recipe recipe, LossGraph graph, float[] start, CarriedState? carried)
    {
        _engine = engine;
        _recipe = recipe;
        _graph = graph;
        _scale = carried?.Scale ?? 0;
        _done = carried?.Iterations ?? 0;
        _rateHalvings = carried?.RateHalvings ?? 0;
        _picture = graph.Picture.Value;
        _picture.CopyFrom(start);
        (_low, _high) = PictureVariable.DisplayableRange(recipe.Space);
        _best = new BestPicture(engine, graph, start);
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
            _relativeRate = new RelativeRate(engine, graph, _best, (_optimizer as Sgd)?.Momentum, LossRows);
        }
        _result = new ResultKeeper(engine, recipe, _picture, _best);
    }

    /// <summary>What is done about a loss or a picture of NaN; null for nothing.</summary>
    public DivergencePolicy? OnDivergence { get; init; } = DivergencePolicy.LowerRate;

    /// <summary>Steps done at this scale.</summary>
    public int Steps => _step;

    /// <summary>What the rest of the scale depends on, between two steps.</summary>
    public IEnumerable<StateEntry> State
    {
        get
        {
            yield return StateEntry.Of("progress", ReadProgress, RestoreProgress);
            yield return StateEntry.Of("picture", _picture);
            foreach (StateEntry entry in _best.State.Concat(_result.State))
                yield return entry;
            foreach (StateEntry entry in _optimizer.State)
                yield return entry.Under("optimizer");
            foreach (StateEntry entry in _relativeRate?.State ?? [])
                yield return entry.Under("relative_rate");
        }
    }

    /// <summary>Device memory beside the graph's, in bytes.</summary>
    public static long PlannedBytes(Recipe recipe, TensorShape picture) => BestPicture.PlannedBytes(picture)
        + recipe.Optimizer.PlannedBytes(picture)
        + ResultKeeper.PlannedBytes(recipe, picture)
        + sizeof(float)
        + (recipe.LearningRate.RelativeToFirstGradient ? RelativeRate.PlannedBytes(LossRows) : 0);

    /// <summary>Runs the steps that are left; a cancelled run finishes the one it is at.</summary>
    /// <param name="iterations">Steps of this scale, at least 1.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="cancellation">Asked at each step.</param>
    /// <exception cref="LossNotFiniteException">
    /// The loss or the picture became NaN or infinite, and a lower learning rate did not help or is not wanted.
    /// </exception>
    public RunResult Run(int iterations, RunObserver observer, CancellationToken cancellation)
    {
        _sinceLook.Restart();
        bool isEvaluated = false;
        bool interrupted = false;
        bool lastIsDue = false;
        while (_step < iterations && !_stopped && !interrupted)
        {
            int row = _unseen.Count;
            if (!isEvaluated)
                _graph.Evaluate(row);
            isEvaluated = false;
            _engine.Operation = "optimizer";
            _best.SeeEvaluated(row);
            if (_step == 0 && OnDivergence is not null && !float.IsFinite(SquareOfGradient()))
            {
                LossValues losses = ReadLosses();
                throw _done == 0 && double.IsFinite(losses.Total)
                    ? LossNotFiniteException.OfTheFirstGradient()
                    : NotFinite(_done, losses);
            }
            _relativeRate?.Bound(row);
            double learningRate = Math.ScaleB(
                _recipe.LearningRate.At(_step) * (_relativeRate?.Scale ?? 1), -_rateHalvings);
            _unseen.Add((_done + _step, learningRate));
            if (_unseen.Count >= _stepsBetweenLooks && !Look(observer))
                continue;

            isEvaluated = _optimizer.Step(learningRate);
            if (_recipe.Clamp)
            {
                _engine.Get(e => new ClampChannels(e)).Launch(_picture, _low, _high);
                isEvaluated = false;
            }
            _result.SeeMoved();
            _step++;
            _stopped = _optimizer.StopReason is not null;

            bool checkpointIsDue = observer.CheckpointIsDue?.Invoke(_done + _step) == true;
            interrupted = _step < iterations && cancellation.IsCancellationRequested;
            bool ends = _step == iterations || _stopped || interrupted;
            bool pictureIsDue = observer.PictureIsDue?.Invoke(_done + _step) == true;
            if (!(ends || checkpointIsDue || pictureIsDue))
                continue;
            // With the last losses seen, what is written is of one moment.
            if (!Look(observer))
            {
                isEvaluated = interrupted = false;
                continue;
            }
            lastIsDue = pictureIsDue;
            if (pictureIsDue && (!ends || interrupted))
                HandOver(observer, ToLevels(_result.Read()));
            if (checkpointIsDue && !ends)
                observer.Checkpoint?.Invoke(Checkpoint(CheckpointOccasion.Due));
        }
        SeeLastPicture();
        RgbPicture result = ToLevels(FiniteResult(observer));
        if (lastIsDue && !interrupted)
            HandOver(observer, result);
        return new RunResult(result, _done + _step, interrupted, _optimizer.StopReason);
    }

    /// <summary>The state between two steps, to be read before the next one.</summary>
    public RunCheckpoint Checkpoint(CheckpointOccasion occasion) =>
        new(_scale, _step, _done + _step, occasion, State);

    /// <summary>What the next scale starts from. Waits for the device.</summary>
    /// <param name="scale">The next one.</param>
    public CarriedState Carry(int scale) => new(
        _result.Read(),
        _picture.Shape.Height,
        _picture.Shape.Width,
        _optimizer is Adam adam
            ? new AdamMoments(adam.FirstMoment.ToArray(), adam.SecondMoment.ToArray(), adam.Steps)
            : null,
        scale,
        _done + _step,
        _rateHalvings);

    /// <summary>Frees the optimizer's state and the kept pictures.</summary>
    public void Dispose()
    {
        _result.Dispose();
        _relativeRate?.Dispose();
        _optimizer.Dispose();
        _best.Dispose();
    }

    private double[] ReadProgress() =>
        [_scale, _done, _step, _rateHalvings, _stopped ? 1 : 0];

    private void RestoreProgress(double[] values)
    {
        (_scale, _done, _step) = ((int)values[0], (int)values[1], (int)values[2]);
        (_rateHalvings, _stopped) = ((int)values[3], values[4] != 0);
    }

    /// <summary>
    /// Reads the losses of the steps since the last look and reports them. Waits for the device.
    /// </summary>
    /// <returns>Whether they are finite; if not, the run is back where they were.</returns>
    /// <exception cref="LossNotFiniteException">One is not finite, and that ends the run.</exception>
    private bool Look(RunObserver observer)
    {
        if (_unseen.Count == 0)
            return true;
        _graph.ReadLosses();
        _relativeRate?.ReadFactors();
        double milliseconds = _sinceLook.Elapsed.TotalMilliseconds / _unseen.Count;
        _sinceLook.Restart();
        for (int row = 0; row < _unseen.Count; row++)
        {
            LossValues losses = _graph.Losses(row);
            if (OnDivergence is not null && !double.IsFinite(losses.Total))
            {
                GoBack(row, losses, observer);
                return false;
            }
            observer.Iteration?.Invoke(new IterationReport(
                _unseen[row].Iteration, losses, _unseen[row].LearningRate * (_relativeRate?.Factor(row) ?? 1),
                milliseconds));
        }
        _unseen.Clear();
        _stepsBetweenLooks = _recipe.Optimizer.SearchesLine
            ? 1
            : (int)Math.Clamp(MillisecondsBetweenLooks / milliseconds, 1, LossRows);
        return true;
    }

    /// <summary>
    /// Makes a step whose loss is not finite anew, from the best picture, at half the rate, and as if it were the
    /// optimizer's first: what carried the picture away is forgotten.
    /// </summary>
    private void GoBack(int row, LossValues losses, RunObserver observer)
    {
        (int iteration, double learningRate) = _unseen[row];
        if (OnDivergence == DivergencePolicy.Stop || iteration == _done || _rateHalvings == MostRateHalvings)
            throw NotFinite(iteration, losses);
        _rateHalvings++;
        _step = iteration - _done;
        _stopped = false;
        _unseen.Clear();
        _best.GoBack();
        _optimizer.Restart();
        _result.Restart();
        observer.Diverged?.Invoke(new DivergenceReport(iteration, learningRate / 2));
    }

    /// <summary>The picture after the last step is a candidate too, but its loss is not known yet.</summary>
    private void SeeLastPicture()
    {
        if (_recipe.Result != ResultPicture.Best)
            return;
        _graph.Evaluate(row: 0);
        _best.SeeEvaluated(row: 0);
    }

    private double EvaluateAndReadLoss()
    {
        _graph.Evaluate(row: 0);
        return ReadLoss();
    }

    private double ReadLoss() => ReadLosses().Total;

    private LossValues ReadLosses()
    {
        _graph.ReadLosses();
        return _graph.Losses(row: 0);
    }

    private float SquareOfGradient()
    {
        Tensor gradient = _graph.Picture.Gradient;
        using DeviceArray square = _engine.AllocateArray("square of the gradient", 1);
        _engine.Get(e => new Dot(e)).Launch(gradient, gradient, square, 0);
        return square.ToArray()[0];
    }

    /// <summary>A picture that is not finite is left out: its loss will not be either.</summary>
    private void HandOver(RunObserver observer, RgbPicture picture)
    {
        if (OnDivergence is null || IsFinite(picture.Values))
            observer.Picture?.Invoke(_done + _step, picture);
    }

    /// <summary>The result, or the best picture where the last step has spoilt it. Waits for the device.</summary>
    private float[] FiniteResult(RunObserver observer)
    {
        float[] result = _result.Read();
        if (OnDivergence is null || IsFinite(result))
            return result;
        if (OnDivergence == DivergencePolicy.Stop)
            throw NotFinite(_done + _step, default);
        observer.Diverged?.Invoke(new DivergenceReport(_done + _step, 0));
        return _best.Value.ToArray();
    }

    private static bool IsFinite(float[] picture) => Array.TrueForAll(picture, float.IsFinite);

    private LossNotFiniteException NotFinite(int iteration, LossValues losses) => iteration == 0
        ? LossNotFiniteException.WithoutAStep(losses)
        : LossNotFiniteException.AfterSteps(
            iteration, _recipe.LearningRate.Initial, _rateHalvings, ToLevels(_best.Value.ToArray()));

    private RgbPicture ToLevels(float[] variable) => PictureVariable.ToLevels(
        variable, _picture.Shape.Height, _picture.Shape.Width, _recipe.Space);
}
