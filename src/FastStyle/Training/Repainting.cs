using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;

namespace IlgpuStyle.FastStyle.Training;

/// <summary>The network alone on square photographs of one size: what it makes of them at the moment.</summary>
internal sealed class Repainting : IDisposable
{
    private readonly Tape _tape;
    private readonly Variable _photograph;
    private readonly Variable _repainted;

    /// <summary>Records the network; nothing is allocated.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="parameters">Those that are trained.</param>
    /// <param name="side">Of the photographs, in pixels; a multiple of 4.</param>
    public Repainting(Engine engine, NetworkParameters parameters, int side)
    {
        _tape = new Tape(engine);
        _photograph = _tape.Input(
            "photograph", new TensorShape(side, side, StyleNetwork.PictureChannels), requiresGradient: false);
        _repainted = parameters.Record(_tape, _photograph);
        _tape.Keep(_repainted);
    }

    /// <summary>Device memory that it takes, in bytes.</summary>
    public long PlannedBytes => _tape.PlannedBytes;

    /// <summary>Allocates it.</summary>
    public void Allocate() => _tape.Allocate();

    /// <summary>A photograph repainted. Waits for the device.</summary>
    public float[] Of(ReadOnlySpan<float> photograph)
    {
        _photograph.Value.CopyFrom(photograph);
        _tape.Forward();
        return _repainted.Value.ToArray();
    }

    /// <summary>Frees the device memory.</summary>
    public void Dispose() => _tape.Dispose();
}
