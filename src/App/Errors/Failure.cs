using ILGPU.Runtime;
using IlgpuStyle.FastStyle;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Errors;

/// <summary>Turns the exceptions that mean "the user's input" into one sentence and an exit code.</summary>
internal static class Failure
{
    /// <summary>Whether an exception is one of them; any other is a fault of the program.</summary>
    public static bool IsExpected(Exception exception) => CodeOf(exception) is not null;

    /// <summary>The sentence for the user.</summary>
    public static string Sentence(Exception exception) => exception switch
    {
        // What a driver throws in the middle of the work; its log may follow the first line.
        AcceleratorException => $"The device failed: {exception.Message.Split('\n', 2)[0].Trim()}",
        OutOfMemoryException => "This machine has too little memory for that; choose smaller pictures.",
        _ => exception.Message,
    };

    /// <summary>Writes the sentence to standard error.</summary>
    /// <returns>The exit code.</returns>
    public static ExitCode Report(Exception exception, TextWriter error)
    {
        error.WriteLine($"ilgpustyle: {Sentence(exception)}");
        return CodeOf(exception) ?? throw new ArgumentException("Not an expected failure.", nameof(exception));
    }

    private static ExitCode? CodeOf(Exception exception) => exception switch
    {
        UsageException or OutputFileException => ExitCode.Usage,
        InputFileException or NetworkFileException => ExitCode.File,
        WeightFileException => ExitCode.Weights,
        DeviceException or AcceleratorException or OutOfMemoryException => ExitCode.Device,
        LossNotFiniteException => ExitCode.LossNotFinite,
        _ => null,
    };
}
