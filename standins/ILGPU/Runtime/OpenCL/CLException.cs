namespace ILGPU.Runtime.OpenCL;

/// <summary>The OpenCL driver reported an error.</summary>
public sealed class CLException : AcceleratorException
{
    /// <summary>An error told in a sentence.</summary>
    public CLException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public override AcceleratorType AcceleratorType => AcceleratorType.OpenCL;

    /// <summary>Throws if a call failed; <paramref name="what"/> completes "The OpenCL driver could not …".</summary>
    internal static void ThrowIfFailed(CLError error, string what)
    {
        if (error != CLError.CL_SUCCESS)
            throw new CLException($"The OpenCL driver could not {what}: {Name(error)}.");
    }

    private static string Name(CLError error) =>
        Enum.IsDefined(error) ? $"{error} ({(int)error})" : $"error {(int)error}";
}
