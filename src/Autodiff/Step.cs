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
                yield return BufferKey.GradientOf(Operation.Input);
            else if (Operation.Output is not null)
                yield return BufferKey.ValueOf(Operation.Output);
        }
    }

    /// <summary>What the step needs, a gradient that it adds to included.</summary>
    public IEnumerable<BufferKey> Reads
    {
        get
        {
            if (!IsBackward || Operation.BackwardReadsInput || Operation.Input.IsRectified)
                yield return BufferKey.ValueOf(Operation.Input);
            if (IsBackward && Operation.Output is not null)
                yield return BufferKey.GradientOf(Operation.Output);
            if (IsBackward && Operation.Write == GradientWrite.Add)
                yield return BufferKey.GradientOf(Operation.Input);
        }
    }
}
