namespace IlgpuStyle.App.Errors;

/// <summary>
/// An output file that cannot be written (exit code 2); the message is the one sentence that the user reads.
/// </summary>
internal sealed class OutputFileException(string message, Exception? innerException = null)
    : Exception(message, innerException);
