using Google.Protobuf;
using IlgpuStyle.FastStyle.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace IlgpuStyle.FastStyle.Tests.Onnx;

/// <summary>Runs ONNX files in ONNX Runtime, on the CPU.</summary>
internal static class OnnxRuntimePeer
{
    /// <summary>The file's bytes.</summary>
    public static byte[] FileOf(StyleNetwork network)
    {
        using var file = new MemoryStream();
        NetworkFile.Write(file, network);
        return file.ToArray();
    }

    /// <summary>The file's bytes.</summary>
    public static byte[] FileOf(OnnxModel model)
    {
        using var file = new MemoryStream();
        using (var output = new CodedOutputStream(file, leaveOpen: true))
            model.Write(output);
        return file.ToArray();
    }

    /// <summary>The output for a picture of H × W × 3, likewise.</summary>
    public static (float[] Values, int Height, int Width) Run(byte[] file, float[] picture, int height, int width)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(file, options);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(
            Planes(picture, height * width), [1, 3, height, width]);
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(
            new RunOptions(), [session.InputNames[0]], [input], [session.OutputNames[0]]);
        long[] shape = outputs[0].GetTensorTypeAndShape().Shape;
        (int outputHeight, int outputWidth) = ((int)shape[2], (int)shape[3]);
        ReadOnlySpan<float> planes = outputs[0].GetTensorDataAsSpan<float>();
        float[] values = new float[planes.Length];
        int pixels = outputHeight * outputWidth;
        for (int i = 0; i < values.Length; i++)
            values[i] = planes[(i % 3 * pixels) + (i / 3)];
        return (values, outputHeight, outputWidth);
    }

    private static float[] Planes(float[] picture, int pixels)
    {
        float[] planes = new float[picture.Length];
        for (int i = 0; i < planes.Length; i++)
            planes[(i % 3 * pixels) + (i / 3)] = picture[i];
        return planes;
    }
}
