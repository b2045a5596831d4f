using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Reduction;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>Limited-memory BFGS.</summary>
/// <param name="History">Pairs of steps and gradient differences that are kept.</param>
/// <param name="LineSearch">How long the steps are.</param>
/// <param name="LaterHistory">
/// Pairs at every scale but the first, which are larger and begin near their end; null for as many.
/// </param>
public sealed record LbfgsSettings(
    [property: Range(1, 10_000)] int History = 100, LineSearch LineSearch = LineSearch.None,
    [property: Range(1, 10_000)] int? LaterHistory = null) : OptimizerSettings
{
    /// <summary>Without line search.</summary>
    public static NamedOptimizer Usual { get; } = new("lbfgs", new LbfgsSettings(), _ => new LearningRate(1));

    /// <summary>With one.</summary>
    public static NamedOptimizer Wolfe { get; } = new(
        "lbfgs-wolfe", new LbfgsSettings(LineSearch: LineSearch.StrongWolfe), _ => new LearningRate(1));

    /// <summary>Whether the pairs lie in the host's memory; a step then copies each of them to the device twice.</summary>
    internal bool HistoryOnHost { get; init; }

    internal override OptimizerSettings OnHost() => this with { HistoryOnHost = true };

    internal override OptimizerSettings AtScale(int scale) =>
        scale > 0 && LaterHistory is { } later ? this with { History = later } : this;

    internal override bool SearchesLine => LineSearch == LineSearch.StrongWolfe;

    internal override Optimizer Create(Engine engine, Tensor x, Tensor gradient, Objective objective) =>
        new Lbfgs(engine, this, x, gradient, objective);

    /// <summary>The history, the vectors and the inner products.</summary>
    internal override long PlannedBytes(TensorShape shape) =>
        ((2L * VectorHistory.OnDevice(History + 1, HistoryOnHost) + 3) * shape.Length + History + 3) * sizeof(float);
}

/// <summary>How L-BFGS chooses the length of a step.</summary>
public enum LineSearch
{
    /// <summary>The learning rate; at the first step times min(1, 1/‖g‖₁).</summary>
    None,

    /// <summary>By the strong Wolfe conditions, trying the same length first.</summary>
    StrongWolfe,
}

/// <summary>Limited-memory BFGS: the direction −H·g from the last steps s and gradient differences y.</summary>
/// <remarks>
/// Source: Nocedal 1980, "Updating quasi-Newton matrices with limited storage" (the two-loop recursion), with the
/// rules of Torch's optim.lbfgs: a pair is kept only if yᵀs &gt; 1e-10; H₀ = yᵀs/yᵀy of the newest pair; the first
/// step is min(1, 1/‖g‖₁) times the rate. The inner products stay on the device; the host sees only those of the
/// newest pair. Vectors are packed: H·W·3 floats each. A recipe that clamps the picture moves it by less than s says,
/// as where PyTorch's is clamped from outside: such a pair's curvature is that of the step before clamping.
/// </remarks>
internal sealed class Lbfgs : Optimizer
{
    private const double MinimumCurvature = 1e-10;

    private readonly LbfgsSettings _settings;
    private readonly Tensor _x;
    private readonly Tensor _gradientTensor;
    private readonly Objective _objective;
    private readonly Dot _dot;
    private readonly ArrayCombine _combine;
    private readonly AddScaledByScalars _addByScalars;
    private readonly Pack _pack;
    private readonly AddPacked _addPacked;
    private readonly AbsoluteSum _absoluteSum;

    /// <summary>One more pair than the history: where a new one is tried before it is kept.</summary>
    private readonly VectorHistory _s;
    private readonly VectorHistory _y;
    private readonly double[] _rho;

    /// <summary>Inner products: one of each kept pair, then two of scratch.</summary>
    private readonly DeviceArray _scalars;
    private readonly float[] _hostScalars;
    private readonly DeviceArray _direction;
    private DeviceArray _gradient;
    private DeviceArray _lastGradient;
    private int _newest = -1;
    private int _kept;
    private double _initialScale = 1;
    private bool _isFirst = true;
    private string? _stopReason;

    public Lbfgs(Engine engine, LbfgsSettings settings, Tensor x, Tensor gradient, Objective objective)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.History, 1);
        _settings = settings;
        _x = x;
        _gradientTensor = gradient;
        _objective = objective;
        _dot = engine.Get(e => new Dot(e));
        _combine = engine.Get(e => new ArrayCombine(e));
        _addByScalars = engine.Get(e => new AddScaledByScalars(e));
        _pack = engine.Get(e => new Pack(e));
        _addPacked = engine.Get(e => new AddPacked(e));
        _absoluteSum = engine.Get(e => new AbsoluteSum(e));
        int slots = settings.History + 1;
        _s = new VectorHistory(engine, "L-BFGS step", slots, x.Shape.Length, settings.HistoryOnHost);
        _y = new VectorHistory(engine, "L-BFGS gradient difference", slots, x.Shape.Length, settings.HistoryOnHost);
        _rho = new double[slots];
        _scalars = engine.AllocateArray("L-BFGS inner products", slots + 2);
        _hostScalars = new float[slots + 2];
        _direction = engine.AllocateArray("L-BFGS direction", x.Shape.Length);
        _gradient = engine.AllocateArray("L-BFGS gradient", x.Shape.Length);
        _lastGradient = engine.AllocateArray("L-BFGS last gradient", x.Shape.Length);
    }

    public override string? StopReason => _stopReason;

    /// <summary>The scalars first: they say which slots of the history are in use.</summary>
    public override IEnumerable<StateEntry> State
    {
        get
        {
            yield return StateEntry.Of("scalars", ReadScalars, RestoreScalars);
            yield return StateEntry.Of("last_gradient", _lastGradient);
            yield return _s.Entry("last_step", NextSlot);
            for (int age = 0; age < _kept; age++)
            {
                int pair = PairOf(age);
                yield return _s.Entry($"s.{pair}", pair);
                yield return _y.Entry($"y.{pair}", pair);
            }
        }
    }

    public override bool Step(double learningRate)
    {
        _pack.Launch(_gradientTensor, _gradient);
        double length = learningRate;
        if (_isFirst)
        {
            _absoluteSum.Launch(_gradientTensor, _scalars, Scratch(0));
            double norm = ReadScratch()[0];
            length *= Math.Min(1, 1 / norm);
            if (norm == 0)
                _stopReason = "the gradient is zero";
            _isFirst = false;
        }
        else
        {
            RememberLastStep();
        }
        FindDirection();
        (_gradient, _lastGradient) = (_lastGradient, _gradient);

        bool isEvaluated = false;
        if (_settings.SearchesLine)
            isEvaluated = SearchAlongDirection(ref length);
        else
            _addPacked.Launch(_direction, (float)length, _x);
        _combine.Launch((float)length, _direction, 0, _direction, _s.Overwrite(NextSlot));
        return isEvaluated;
    }

    public override void Restart()
    {
        (_newest, _kept, _initialScale, _isFirst) = (-1, 0, 1, true);
        _stopReason = null;
    }

    public override void Dispose()
    {
        IDisposable[] vectors = [_s, _y, _scalars, _direction, _gradient, _lastGradient];
        foreach (IDisposable vector in vectors)
            vector.Dispose();
    }

    private double[] ReadScalars() => [_newest, _kept, _initialScale, _isFirst ? 1 : 0, .. _rho];

    private void RestoreScalars(double[] values)
    {
        (_newest, _kept, _initialScale, _isFirst) = ((int)values[0], (int)values[1], values[2], values[3] != 0);
        values.AsSpan(4).CopyTo(_rho);
    }

    /// <summary>The slot behind the newest pair: the oldest once the history is full.</summary>
    private int NextSlot => (_newest + 1) % _rho.Length;

    /// <summary>y = g − g of the step before; the pair is kept if its curvature is positive.</summary>
    private void RememberLastStep()
    {
        DeviceArray s = _s.Read(NextSlot);
        DeviceArray y = _y.Overwrite(NextSlot);
        _combine.Launch(1, _gradient, -1, _lastGradient, y);
        _dot.Launch(y, s, _scalars, Scratch(0));
        _dot.Launch(y, y, _scalars, Scratch(1));
        ReadOnlySpan<float> products = ReadScratch();
        double curvature = products[0];
        if (!(curvature > MinimumCurvature))
            return;
        _newest = NextSlot;
        _kept = Math.Min(_kept + 1, _settings.History);
        _rho[_newest] = 1 / curvature;
        _initialScale = curvature / products[1];
    }

    /// <summary>direction = −H·gradient: the two-loop recursion.</summary>
    private void FindDirection()
    {
        _combine.Launch(-1, _gradient, 0, _gradient, _direction);
        for (int age = 0; age < _kept; age++)
        {
            int pair = PairOf(age);
            _dot.Launch(_s.Read(pair), _direction, _scalars, pair);
            _addByScalars.Launch(_scalars, (float)-_rho[pair], pair, 0, pair, _y.Read(pair), _direction);
        }
        if (_kept > 0)
            _combine.Launch((float)_initialScale, _direction, 0, _direction, _direction);
        for (int age = _kept - 1; age >= 0; age--)
        {
            int pair = PairOf(age);
            _dot.Launch(_y.Read(pair), _direction, _scalars, Scratch(0));
            _addByScalars.Launch(
                _scalars, (float)_rho[pair], pair, (float)-_rho[pair], Scratch(0), _s.Read(pair), _direction);
        }
    }

    /// <summary>Moves x by the length that the search finds; returns whether x is where it evaluated last.</summary>
    private bool SearchAlongDirection(ref double length)
    {
        double position = 0;
        _dot.Launch(_lastGradient, _direction, _scalars, Scratch(0));
        var start = new LinePoint(0, _objective.Loss(), ReadScratch()[0]);
        length = StrongWolfe.Search(start, length, EvaluateAt);
        if (length == 0)
            _stopReason = "no step along the search direction lowers the loss";
        bool isEvaluated = position == length;
        MoveTo(length);
        return isEvaluated;

        LinePoint EvaluateAt(double at)
        {
            MoveTo(at);
            double loss = _objective.Evaluate();
            _pack.Launch(_gradientTensor, _gradient);
            _dot.Launch(_gradient, _direction, _scalars, Scratch(0));
            return new LinePoint(at, loss, ReadScratch()[0]);
        }

        void MoveTo(double at)
        {
            if (at != position)
                _addPacked.Launch(_direction, (float)(at - position), _x);
            position = at;
        }
    }

    private int PairOf(int age) => (_newest - age + _rho.Length) % _rho.Length;

    private int Scratch(int i) => _rho.Length + i;

    private ReadOnlySpan<float> ReadScratch()
    {
        _scalars.CopyTo(_hostScalars);
        return _hostScalars.AsSpan(_rho.Length);
    }
}
