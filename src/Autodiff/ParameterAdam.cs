using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Optimizer;

namespace IlgpuStyle.Autodiff;

/// <summary>Adam over parameters: moments of the gradient decide each element's step; see <see cref="AdamStep"/>.</summary>
public sealed class ParameterAdam : IDisposable
{
    private readonly AdamStep _step;
    private readonly AdamParameters _constants;
    private readonly Parameter[] _parameters;
    private readonly DeviceArray[] _firstMoments;
    private readonly DeviceArray[] _secondMoments;

    /// <summary>Allocates the moments as zeros.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="parameters">What it changes: trainable ones, which it does not own.</param>
    /// <param name="constants">Adam's; ε must be positive.</param>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public ParameterAdam(Engine engine, IEnumerable<Parameter> parameters, AdamParameters constants)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _step = engine.Get(e => new AdamStep(e));
        _constants = constants;
        _parameters = [.. parameters];
        _firstMoments = Array.ConvertAll(
            _parameters, parameter => engine.AllocateArray($"first moment of {parameter.Name}", parameter.Length));
        _secondMoments = Array.ConvertAll(
            _parameters, parameter => engine.AllocateArray($"second moment of {parameter.Name}", parameter.Length));
    }

    /// <summary>The parameters in order.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The decaying means of the gradients, in the parameters' order.</summary>
    public IReadOnlyList<DeviceArray> FirstMoments => _firstMoments;

    /// <summary>The decaying means of their squares, in the parameters' order.</summary>
    public IReadOnlyList<DeviceArray> SecondMoments => _secondMoments;

    /// <summary>Steps done: what the bias corrections count. Set when a run is resumed.</summary>
    public int Steps { get; set; }

    /// <summary>Begins a batch: every gradient is zero.</summary>
    public void ClearGradients()
    {
        foreach (Parameter parameter in _parameters)
            parameter.ClearGradient();
    }

    /// <summary>Makes a step from the gradients as they are.</summary>
    public void Step(float learningRate)
    {
        Steps++;
        for (int i = 0; i < _parameters.Length; i++)
        {
            Parameter parameter = _parameters[i];
            _step.Launch(
                parameter.Value, _firstMoments[i], _secondMoments[i], parameter.Gradient, learningRate, _constants,
                Steps);
        }
    }

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (DeviceArray moment in _firstMoments.Concat(_secondMoments))
            moment.Dispose();
    }
}
