using Microsoft.ML.OnnxRuntime;

namespace IlgpuStyle.FastStyle.Tests.Onnx;

/// <summary>A test against ONNX Runtime; skipped, and said so, where its native library does not load.</summary>
public sealed class OnnxRuntimeFactAttribute : FactAttribute
{
    public OnnxRuntimeFactAttribute() => Skip = Refusal;

    /// <summary>Why it cannot be used; null where it can.</summary>
    public static string? Refusal { get; } = Try();

    private static string? Try()
    {
        try
        {
            _ = OrtEnv.Instance();
            return null;
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException)
        {
            return "ONNX Runtime does not load here.";
        }
    }
}

/// <inheritdoc cref="OnnxRuntimeFactAttribute"/>
public sealed class OnnxRuntimeTheoryAttribute : TheoryAttribute
{
    public OnnxRuntimeTheoryAttribute() => Skip = OnnxRuntimeFactAttribute.Refusal;
}
