namespace IlgpuStyle.App;

/// <summary>
/// An output file that cannot be written (exit code 2); the message is the one sentence that the user reads.
/// </summary>
public sealed class OutputFileException : Exception
{
    /// <summary>Creates the exception.</summary>
    public OutputFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
