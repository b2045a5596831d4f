namespace IlgpuStyle.Kernels;

/// <summary>No usable device, a device that refused, or too little device memory.</summary>
/// <remarks>The message is one sentence for the user.</remarks>
public sealed class DeviceException : Exception
{
    /// <summary>Creates the exception with the sentence that the user sees.</summary>
    public DeviceException(string message) : base(message) { }

    /// <summary>Creates the exception with the sentence that the user sees and its cause.</summary>
    public DeviceException(string message, Exception innerException) : base(message, innerException) { }
}
