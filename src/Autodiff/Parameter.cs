using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>
/// What training changes: an array on the device beside a tape's variables, and the gradient of the loss with respect
/// to it.
/// </summary>
/// <remarks>
/// Owned by whoever trains, and shared by tapes of any size. Every backward pass adds to the gradient: over a batch it
/// is that of the sum of all replays since <see cref="ClearGradient"/>.
/// </remarks>
public sealed class Parameter : IDisposable
{
    private readonly DeviceArray? _gradient;

    /// <summary>Allocates the value, and the gradient of a trainable one, as zeros.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="name">For messages.</param>
    /// <param name="length">Floats, at least 1.</param>
    /// <param name="trainable">Whether backward passes work out its gradient.</param>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Parameter(Engine engine, string name, int length, bool trainable = true)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Name = name;
        Length = length;
        Value = engine.AllocateArray(name, length);
        _gradient = trainable ? engine.AllocateArray($"gradient of {name}", length) : null;
    }

    /// <summary>For messages.</summary>
    public string Name { get; }

    /// <summary>Its floats.</summary>
    public int Length { get; }

    /// <summary>Whether it has a gradient.</summary>
    public bool IsTrainable => _gradient is not null;

    /// <summary>The value on the device.</summary>
    public DeviceArray Value { get; }

    /// <summary>The gradients added up since <see cref="ClearGradient"/>.</summary>
    /// <exception cref="InvalidOperationException">The parameter is not trainable.</exception>
    public DeviceArray Gradient =>
        _gradient ?? throw new InvalidOperationException($"Parameter '{Name}' is not trainable: it has no gradient.");

    /// <summary>Begins a batch.</summary>
    /// <exception cref="InvalidOperationException">The parameter is not trainable.</exception>
    public void ClearGradient() => Gradient.Clear();

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        Value.Dispose();
        _gradient?.Dispose();
    }
}
