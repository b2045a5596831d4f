namespace ILGPU;

/// <summary>A kernel contains something that can't be compiled for a device.</summary>
public sealed class InternalCompilerException : Exception
{
    /// <summary>An error without a message.</summary>
    public InternalCompilerException()
    {
    }

    /// <summary>An error that names kernel, construct and, where known, source line.</summary>
    public InternalCompilerException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    public InternalCompilerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
