using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>
/// One entry of a tape's schedule: an operation's forward or backward pass, and the buffers it touches.
/// </summary>
internal readonly record struct Step(Operation Operation, bool IsBackward)
{
    /// <summary>What the step stores to.</summary>
    public IEnumerable<BufferKey> Writes
    {
        get
        {
            if (IsBackward)
                return Operation.Differentiated.Select(BufferKey.GradientOf);
            return Operation.Output is { } output ? [BufferKey.ValueOf(output)] : [];
        }
    }

    /// <summary>What the step needs, a gradient that it adds to included.</summary>
    public IEnumerable<BufferKey> Reads
    {
        get
        {
            foreach (Variable input in Operation.Inputs)
            {
                if (!IsBackward || Operation.BackwardReadsInput || (input.IsRectified && input.RequiresGradient))
                    yield return BufferKey.ValueOf(input);
            }
            if (IsBackward && Operation.Output is not null)
                yield return BufferKey.GradientOf(Operation.Output);
            for (int i = 0; i < Operation.Inputs.Count; i++)
            {
                Variable input = Operation.Inputs[i];
                if (IsBackward && input.RequiresGradient && Operation.Writes[i] == GradientWrite.Add)
                    yield return BufferKey.GradientOf(input);
            }
        }
    }
}
