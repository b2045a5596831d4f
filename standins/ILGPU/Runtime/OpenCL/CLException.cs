using System.Runtime.CompilerServices;

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

    /// <summary>Throws if a call failed. Only then is the message made: calls that succeed allocate nothing.</summary>
    /// <param name="error">What the call returned.</param>
    /// <param name="what">Completes "The OpenCL driver could not …".</param>
    internal static void ThrowIfFailed(
        CLError error, [InterpolatedStringHandlerArgument(nameof(error))] ref FailureMessage what)
    {
        if (error != CLError.CL_SUCCESS)
            throw new CLException($"The OpenCL driver could not {what.Text}: {Name(error)}.");
    }

    private static string Name(CLError error) =>
        Enum.IsDefined(error) ? $"{error} ({(int)error})" : $"error {(int)error}";

    /// <summary>An interpolated string that is only put together for a failed call.</summary>
    [InterpolatedStringHandler]
    internal ref struct FailureMessage
    {
        private DefaultInterpolatedStringHandler _text;

        public FailureMessage(int literalLength, int formattedCount, CLError error, out bool failed)
        {
            failed = error != CLError.CL_SUCCESS;
            if (failed)
                _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount);
        }

        internal string Text => _text.ToStringAndClear();

        public void AppendLiteral(string value) => _text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);
    }
}
