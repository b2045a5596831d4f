namespace ILGPU.Runtime;

/// <summary>A driver reported an error.</summary>
public abstract class AcceleratorException : Exception
{
    private protected AcceleratorException(string message)
        : base(message)
    {
    }

    /// <summary>Whose driver.</summary>
    public abstract AcceleratorType AcceleratorType { get; }
}
