using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Losses;

namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>
/// A learning rate in units of the picture: what a schedule says, over the RMS of the first gradient.
/// </summary>
/// <remarks>
/// A first gradient is no measure where terms begin at their minimum, as they do when a run goes on from a good
/// picture: <see cref="Safeguard"/> bounds every step by it, goes back to the best picture when the loss rises far, and
/// then halves the rate. Where nothing of that happens, the steps are those of the rate alone, to the bit.
/// </remarks>
internal sealed class RelativeRate : IDisposable
{
    private readonly LossGraph _graph;
    private readonly Tensor? _momentum;
    private readonly BestPicture _best;
    private readonly DeviceArray _state;
    private readonly DeviceArray _factors;
    private readonly float[] _hostFactors;

    /// <param name="engine">The device.</param>
    /// <param name="graph">What is minimised.</param>
    /// <param name="best">The picture to go back to, which stays the caller's.</param>
    /// <param name="momentum">That of the descent; null for none.</param>
    /// <param name="rows">Steps whose factors the device keeps until they are read.</param>
    public RelativeRate(Engine engine, LossGraph graph, BestPicture best, Tensor? momentum, int rows)
    {
        _graph = graph;
        _momentum = momentum;
        _best = best;
        _factors = engine.AllocateArray("rate factors", rows);
        _hostFactors = new float[rows];
        _state = Safeguard.AllocateState(engine);
    }

    /// <summary>Device memory, in bytes.</summary>
    public static long PlannedBytes(int rows) => Safeguard.StateBytes + sizeof(float) * (long)rows;

    /// <summary>All that later steps depend on, the momentum aside.</summary>
    public IEnumerable<StateEntry> State =>
    [
        StateEntry.Of("scale", () => [Scale], values => Scale = values[0]),
        StateEntry.Of("safeguard", _state),
    ];

    /// <summary>What a schedule's rate is multiplied by: 1 over the RMS of the first gradient.</summary>
    public double Scale { get; private set; }

    /// <summary>
    /// Bounds the step that a row's evaluation leads to, once the best picture has seen it. Waits for the device at the
    /// first step.
    /// </summary>
    public void Bound(int row)
    {
        _graph.Bound(row, _best.Value, _best.Lowest, _momentum, _state, _factors);
        if (Scale == 0)
            Scale = 1 / RootMeanSquare(Safeguard.ReadFirstSquare(_state));
    }

    /// <summary>Fetches the factors of all rows. Waits for the device.</summary>
    public void ReadFactors() => _factors.CopyTo(_hostFactors);

    /// <summary>
    /// By what the rate of a row's step was less than <see cref="Scale"/> says, as of the last
    /// <see cref="ReadFactors"/>; 0 where the step went back.
    /// </summary>
    public double Factor(int row) => _hostFactors[row];

    public void Dispose()
    {
        _state.Dispose();
        _factors.Dispose();
    }

    private double RootMeanSquare(float squares)
    {
        double rms = Math.Sqrt(squares / _graph.Picture.Shape.Length);
        return rms > 0 ? rms : 1;
    }
}
