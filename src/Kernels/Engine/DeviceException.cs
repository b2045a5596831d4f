namespace IlgpuStyle.Kernels;

/// <summary>No usable device, a device that refused, or too little device memory.</summary>
/// <remarks>The message is one sentence for the user.</remarks>
public sealed class DeviceException : Exception
{
    /// <summary>Creates the exception with the sentence that the user sees.</summary>
    public DeviceException(string message) : base(message) { }

    /// <summary>Creates the exception with the sentence that the user sees and its cause.</summary>
    public DeviceException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>What a function gives; what it throws, unless that is such a sentence already, ends in one.</summary>
    /// <param name="function">Calls the device.</param>
    /// <param name="refusal">What could not be done, and on which device: the sentence's beginning.</param>
    internal static T ThrowInstead<T>(Func<T> function, string refusal)
    {
        try
        {
            return function();
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or DeviceException))
        {
            // ILGPU wraps; what is innermost says what happened. A driver's log may follow it.
            string reason = exception.GetBaseException().Message.Split('\n', 2)[0].TrimEnd('.', '\r', ' ');
            throw new DeviceException($"{refusal}: {reason}.", exception);
        }
    }
}
