using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>An operation that ends in a scalar: one weighted term of the loss.</summary>
public abstract class LossOperation : Operation
{
    private readonly Tape _tape;

    /// <summary>Describes the term and takes a place among the tape's losses.</summary>
    protected LossOperation(Tape tape, string name, Variable input, float weight)
        : base(name, input, null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        _tape = tape;
        Term = tape.AddLossTerm();
        Weight = weight;
    }

    /// <summary>The factor before the term. May be set between replays.</summary>
    public float Weight { get; set; }

    /// <summary>The number of the term: its column in <see cref="Tape.Losses"/>.</summary>
    public int Term { get; }

    /// <summary>Where the forward pass writes its scalar.</summary>
    protected DeviceArray Losses => _tape.Losses;

    /// <summary>The element of <see cref="Losses"/> that belongs to this term and replay.</summary>
    protected int Slot => _tape.LossRow * _tape.LossTerms + Term;

    /// <summary>The pixels that are bound in relation to all: 1, or a window's share.</summary>
    private protected float BoundShare => Input.Value.Shape.Pixels / (float)Input.Shape.Pixels;
}
