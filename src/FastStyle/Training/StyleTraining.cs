using System.Diagnostics;
using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.FastStyle.Training;

/// <summary>
/// Trains a network for a style (Johnson, Alahi and Fei-Fei, arXiv 1603.08155): evaluate a batch of photographs, step,
/// judge the network by held-out ones now and then, and keep the best.
/// </summary>
/// <remarks>
/// Steps are queued without waiting; their losses stay on the device until the host looks, about ten times a second, or
/// after every step where steps are slower than that.
/// </remarks>
public sealed class StyleTraining : IDisposable
{
    /// <summary>Steps between judgements, where there are enough of them.</summary>
    private const int MostBetweenJudgements = 100;

    /// <summary>Judgements of a run, at least.</summary>
    private const int LeastJudgements = 20;

    /// <summary>So many judgements in a row without a new best are a plateau.</summary>
    private const int Plateau = 12;

    /// <summary>The most steps that are queued before the host looks.</summary>
    private const int MostUnseen = 16;

    private const int MostRateHalvings = 8;
    private const double MillisecondsBetweenLooks = 100;

    /// <summary>Photographs that tell what the loss terms are divided by.</summary>
    private const int MeasuredPhotographs = 8;

    private readonly Engine _engine;
    private readonly Recipe _recipe;
    private readonly TrainingPictures _pictures;
    private readonly int _batch;
    private readonly VggNetwork _vgg;
    private readonly NetworkParameters _parameters;
    private readonly TrainingGraph _graph;
    private readonly Repainting _repainting;
    private readonly ParameterAdam _adam;
    private readonly BestNetwork _best;
    private readonly List<(int Iteration, double LearningRate)> _unseen = [];
    private readonly List<Judgement> _judgements = [];
    private readonly Stopwatch _sinceLook = new();
    private int _stepsBetweenLooks = 1;
    private int _done;
    private int _rateHalvings;
    private string? _stopReason;

    /// <summary>Uploads weights and records tapes.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="weights">VGG19's, at least up to the deepest layer that the recipe reads.</param>
    /// <param name="recipe">That of <see cref="TrainingRecipe"/>, or one with other numbers.</param>
    /// <param name="start">The network that training starts from.</param>
    /// <param name="pictures">What it is trained on.</param>
    /// <param name="batch">Photographs in a step.</param>
    /// <exception cref="ArgumentException">
    /// The weights lack a layer, a picture is too small, or the network has a layer that cannot be trained.
    /// </exception>
    /// <exception cref="DeviceException">The device has too little memory for the weights.</exception>
    public StyleTraining(
        Engine engine, VggWeights weights, Recipe recipe, StyleNetwork start, TrainingPictures pictures, int batch)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(pictures);
        _engine = engine;
        _recipe = recipe;
        _pictures = pictures;
        _batch = batch;
        int side = pictures.HeldOut[0].Height;
        _vgg = new VggNetwork(engine, weights, recipe.Network, recipe.Layers());
        _parameters = new NetworkParameters(engine, start, trainable: true);
        _graph = new TrainingGraph(
            engine, _vgg, _parameters, recipe, side, Math.Max(MostUnseen * batch, pictures.HeldOut.Count));
        _repainting = new Repainting(engine, _parameters, side);
        var adam = (AdamSettings)recipe.Optimizer;
        _adam = new ParameterAdam(
            engine, _parameters.All,
            new AdamParameters((float)adam.Beta1, (float)adam.Beta2, (float)adam.Epsilon, adam.Form));
        _best = new BestNetwork(engine, _parameters.All);
    }

    /// <summary>Device memory of the tapes, in bytes.</summary>
    public long PlannedBytes => _graph.PlannedBytes + _repainting.PlannedBytes;

    /// <summary>Steps between judgements.</summary>
    private int BetweenJudgements => Math.Clamp(_recipe.Iterations / LeastJudgements, 1, MostBetweenJudgements);

    /// <summary>
    /// What the rest of a run depends on, between two steps; how many judgements there are is put back before they are.
    /// </summary>
    private IEnumerable<StateEntry> State
    {
        get
        {
            yield return StateEntry.Of(
                "progress", () => [_done, _rateHalvings, _adam.Steps, _judgements.Count],
                values =>
                {
                    (_done, _rateHalvings, _adam.Steps) = ((int)values[0], (int)values[1], (int)values[2]);
                    _judgements.AddRange(new Judgement[(int)values[3]]);
                });
            yield return StateEntry.Of(
                Judgement.RowsName, () => [.. _judgements.SelectMany(judgement => judgement.ToRow())],
                values =>
                {
                    _judgements.Clear();
                    _judgements.AddRange(Judgement.FromRows(values));
                },
                Judgement.Columns);
            foreach (Parameter parameter in _adam.Parameters)
                yield return StateEntry.Of(parameter.Name, parameter.Value);
            foreach ((Parameter parameter, DeviceArray moment) in _adam.Parameters.Zip(_adam.FirstMoments))
                yield return StateEntry.Of($"first_moment.{parameter.Name}", moment);
            foreach ((Parameter parameter, DeviceArray moment) in _adam.Parameters.Zip(_adam.SecondMoments))
                yield return StateEntry.Of($"second_moment.{parameter.Name}", moment);
            foreach (StateEntry entry in _best.State)
                yield return entry;
        }
    }

    /// <summary>Trains.</summary>
    /// <param name="observer">
    /// Who is told; its pictures are those that are held out, as the network of the moment repaints them: see
    /// <see cref="PictureGrid"/>.
    /// </param>
    /// <param name="judged">Told of each judgement.</param>
    /// <param name="saved">Where an earlier run has stopped; null for a run from the start.</param>
    /// <param name="cancellation">Ends the run after the step it is at.</param>
    /// <returns>How it ended; the picture is the best network's.</returns>
    /// <exception cref="LossNotFiniteException">The loss is not finite, and lower rates did not help.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first step.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public RunResult Run(
        RunObserver observer, Action<Judgement> judged, SavedRun? saved, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(judged);
        Prepare(observer, saved, cancellation);
        if (_done == 0)
            Judge(judged);
        bool interrupted = false;
        while (_done < _recipe.Iterations && _stopReason is null && !interrupted)
        {
            Step();
            bool judgementIsDue = _done % BetweenJudgements == 0 || _done == _recipe.Iterations;
            bool checkpointIsDue = observer.CheckpointIsDue?.Invoke(_done) == true;
            bool pictureIsDue = observer.PictureIsDue?.Invoke(_done) == true;
            interrupted = cancellation.IsCancellationRequested && _done < _recipe.Iterations;
            bool ends = interrupted || _done == _recipe.Iterations;
            if (!(ends || judgementIsDue || checkpointIsDue || pictureIsDue || _unseen.Count >= _stepsBetweenLooks))
                continue;
            if (!Look(observer))
            {
                interrupted = false;
                continue;
            }
            if (judgementIsDue && !Judge(judged))
            {
                GoBack(_done, observer);
                continue;
            }
            if (pictureIsDue)
                observer.Picture?.Invoke(_done, HeldOutRepainted());
            if (checkpointIsDue && !ends)
                observer.Checkpoint?.Invoke(Checkpoint(CheckpointOccasion.Due));
        }
        observer.Checkpoint?.Invoke(
            Checkpoint(interrupted ? CheckpointOccasion.Interrupted : CheckpointOccasion.End));
        // Behind the checkpoint: a run that goes on judges where one that was never stopped does.
        if (interrupted)
            Judge(judged);
        _best.CopyTo(_parameters.All);
        return new RunResult(HeldOutRepainted(), _done, interrupted, _stopReason);
    }

    /// <summary>The best network so far, once the run is over.</summary>
    /// <param name="metadata">What it says about itself.</param>
    public StyleNetwork ReadBest(IReadOnlyDictionary<string, string> metadata) => _parameters.Read(metadata);

    /// <summary>The steps that the best network has had, and its loss.</summary>
    public (int Iterations, double Loss) Best => (_best.Iterations, _best.Loss);

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        _best.Dispose();
        _adam.Dispose();
        _repainting.Dispose();
        _graph.Dispose();
        _parameters.Dispose();
        _vgg.Dispose();
    }

    private void Prepare(RunObserver observer, SavedRun? saved, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var targets = new TrainingTargets(
            _engine, _vgg, _recipe, _pictures.Styles,
            [.. Enumerable.Range(0, MeasuredPhotographs).Select(_pictures.Photograph)], cancellation);
        _graph.Allocate(targets, 1.0 / _batch);
        _repainting.Allocate();
        if (saved is not null)
        {
            foreach (StateEntry entry in State)
                entry.Restore(saved.Values(entry));
        }
        int side = _pictures.HeldOut[0].Height;
        observer.TargetsComputed?.Invoke(new TargetsReport(0, _done, side, side, clock.Elapsed));
        _sinceLook.Restart();
    }

    private void Step()
    {
        double learningRate = Math.ScaleB(_recipe.LearningRate.At(_done), -_rateHalvings);
        _adam.ClearGradients();
        for (int i = 0; i < _batch; i++)
        {
            _graph.Evaluate(
                _pictures.Photograph(_done * _batch + i).Values, _unseen.Count * _batch + i, withGradient: true);
        }
        _engine.Operation = "optimizer";
        _adam.Step((float)learningRate);
        _unseen.Add((_done, learningRate));
        _done++;
    }

    /// <summary>
    /// Reads the losses of the steps since the last look and reports them. Waits for the device.
    /// </summary>
    /// <returns>Whether they are finite; if not, the run is back where they were.</returns>
    /// <exception cref="LossNotFiniteException">One is not finite, and that ends the run.</exception>
    private bool Look(RunObserver observer)
    {
        _graph.ReadLosses();
        double milliseconds = _sinceLook.Elapsed.TotalMilliseconds / _unseen.Count;
        _sinceLook.Restart();
        for (int i = 0; i < _unseen.Count; i++)
        {
            LossValues losses = _graph.Losses(i * _batch, _batch);
            if (!double.IsFinite(losses.Total))
            {
                GoBack(_unseen[i].Iteration, observer);
                return false;
            }
            observer.Iteration?.Invoke(
                new IterationReport(_unseen[i].Iteration, losses, _unseen[i].LearningRate, milliseconds));
        }
        _unseen.Clear();
        _stepsBetweenLooks = (int)Math.Clamp(MillisecondsBetweenLooks / milliseconds, 1, MostUnseen);
        return true;
    }

    /// <summary>The run goes on at a step from the best network, at half the rate, without the moments.</summary>
    private void GoBack(int iteration, RunObserver observer)
    {
        if (iteration == 0 || _rateHalvings == MostRateHalvings)
            throw LossNotFiniteException.OfTraining(iteration, _rateHalvings);
        _rateHalvings++;
        _done = iteration;
        _unseen.Clear();
        _best.CopyTo(_parameters.All);
        foreach (DeviceArray moment in _adam.FirstMoments.Concat(_adam.SecondMoments))
            moment.Clear();
        _adam.Steps = 0;
        observer.Diverged?.Invoke(new DivergenceReport(
            iteration, Math.ScaleB(_recipe.LearningRate.At(iteration), -_rateHalvings)));
    }

    /// <summary>Judges the network as it is, and keeps it if it is the best. Waits for the device.</summary>
    /// <returns>Whether its loss is finite.</returns>
    private bool Judge(Action<Judgement> judged)
    {
        for (int i = 0; i < _pictures.HeldOut.Count; i++)
            _graph.Evaluate(_pictures.HeldOut[i].Values, i, withGradient: false);
        _graph.ReadLosses();
        // A mean over a batch counts each by its share.
        double loss = _graph.Losses(0, _pictures.HeldOut.Count).Total;
        if (!double.IsFinite(loss))
        {
            return _done == 0
                ? throw LossNotFiniteException.OfTraining(0, 0)
                : false;
        }
        bool isBest = _best.See(_parameters.All, loss, _done);
        _judgements.Add(new Judgement(_done, loss, isBest));
        judged(_judgements[^1]);
        if (_done - _best.Iterations >= Plateau * BetweenJudgements && _done < _recipe.Iterations)
        {
            _stopReason = "the held-out photographs' loss has been no lower for "
                + $"{_done - _best.Iterations} iterations";
        }
        _sinceLook.Restart();
        return true;
    }

    private RunCheckpoint Checkpoint(CheckpointOccasion occasion) => new(0, _done, _done, occasion, State);

    /// <summary>The held-out photographs, repainted.</summary>
    private RgbPicture HeldOutRepainted()
    {
        _engine.Operation = "held-out photographs";
        return PictureGrid.Of([.. _pictures.HeldOut.Select(photograph => new RgbPicture(
            photograph.Height, photograph.Width, _repainting.Of(photograph.Values)))]);
    }
}
