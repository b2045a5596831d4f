namespace IlgpuStyle.App.Errors;

/// <summary>
/// An input file that cannot be used (exit code 3); the message is the one sentence that the user reads.
/// </summary>
internal sealed class InputFileException(string message, Exception? innerException = null)
    : Exception(message, innerException);
