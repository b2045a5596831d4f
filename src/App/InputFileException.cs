namespace IlgpuStyle.App;

/// <summary>
/// An input file that cannot be used (exit code 3); the message is the one sentence that the user reads.
/// </summary>
public sealed class InputFileException : Exception
{
    /// <summary>Creates the exception.</summary>
    public InputFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
