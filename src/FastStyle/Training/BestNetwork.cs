using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.StyleTransfer.Checkpoints;

namespace IlgpuStyle.FastStyle.Training;

/// <summary>The weights of the network that did best so far, kept on the device.</summary>
internal sealed class BestNetwork : IDisposable
{
    private readonly ArrayCombine _combine;
    private readonly (string Name, DeviceArray Values)[] _kept;

    /// <summary>Allocates the memory.</summary>
    public BestNetwork(Engine engine, IEnumerable<Parameter> parameters)
    {
        _combine = engine.Get(e => new ArrayCombine(e));
        _kept =
        [
            .. parameters.Select(parameter => (
                parameter.Name, engine.AllocateArray($"best of {parameter.Name}", parameter.Length))),
        ];
    }

    /// <summary>Its loss; infinite before the first.</summary>
    public double Loss { get; private set; } = double.PositiveInfinity;

    /// <summary>The steps that it has had.</summary>
    public int Iterations { get; private set; }

    /// <summary>What a run depends on.</summary>
    public IEnumerable<StateEntry> State =>
    [
        StateEntry.Of("best", () => [Iterations, Loss], values => (Iterations, Loss) = ((int)values[0], values[1])),
        .. _kept.Select(kept => StateEntry.Of($"best.{kept.Name}", kept.Values)),
    ];

    /// <summary>Keeps a network if its loss is the lowest so far.</summary>
    /// <returns>Whether it is.</returns>
    public bool See(IReadOnlyList<Parameter> parameters, double loss, int iterations)
    {
        if (!(loss < Loss))
            return false;
        (Loss, Iterations) = (loss, iterations);
        for (int i = 0; i < _kept.Length; i++)
            _combine.Add(1, parameters[i].Value, _kept[i].Values, isFirst: true);
        return true;
    }

    /// <summary>Makes parameters what they were when they did best.</summary>
    public void CopyTo(IReadOnlyList<Parameter> parameters)
    {
        for (int i = 0; i < _kept.Length; i++)
            _combine.Add(1, _kept[i].Values, parameters[i].Value, isFirst: true);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach ((_, DeviceArray values) in _kept)
            values.Dispose();
    }
}
