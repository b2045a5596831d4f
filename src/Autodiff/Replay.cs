using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>A tape's plan: which steps a replay takes, and which memory their values and gradients lie in.</summary>
internal abstract class Replay
{
    /// <summary>Bytes of values and gradients.</summary>
    public abstract long BufferBytes { get; }

    /// <summary>The operations that run forward in the backward phase too.</summary>
    public abstract IEnumerable<Operation> Recomputed { get; }

    /// <summary>The shape of what a variable's operations run on at once.</summary>
    public abstract TensorShape WorkingShape(Variable variable);

    /// <summary>
    /// Allocates the memory, adds it to a list, and hands it to the variables. Inputs and their gradients are zero.
    /// </summary>
    public abstract void Allocate(Engine engine, List<IDisposable> memory);

    /// <summary>Launches the forward phase.</summary>
    public abstract void Forward(Engine engine, CancellationToken cancellation);

    /// <summary>Launches the backward phase.</summary>
    public abstract void Backward(Engine engine);

    protected static void Bind(BufferKey key, Tensor tensor)
    {
        if (key.IsGradient)
            key.Variable.Gradient = tensor;
        else
            key.Variable.Value = tensor;
    }

    /// <summary>
    /// The operations between an input that wants its gradient, or a trainable parameter, and a loss term, last first;
    /// decides which contribution to each gradient assigns.
    /// </summary>
    protected static List<Operation> BackwardOperations(IReadOnlyList<Operation> operations)
    {
        var backward = new List<Operation>();
        var reached = new HashSet<Variable>();
        foreach (Operation operation in operations.Reverse())
        {
            bool contributes = operation.Output is null || reached.Contains(operation.Output);
            if (!contributes || !operation.RequiresBackward)
                continue;
            for (int i = 0; i < operation.Inputs.Count; i++)
            {
                Variable input = operation.Inputs[i];
                if (input.RequiresGradient)
                    operation.Writes[i] = reached.Add(input) ? GradientWrite.Assign : GradientWrite.Add;
            }
            backward.Add(operation);
        }
        return backward;
    }
}
