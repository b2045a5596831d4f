using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using IlgpuStyle.App.Help;

namespace IlgpuStyle.App.Options;

/// <summary><c>--device</c>.</summary>
internal static class DeviceOption
{
    public static Option<string> Create() => new Option<string>("--device")
    {
        Description = "What to compute on: auto (CUDA, else an OpenCL GPU, else an OpenCL CPU), cuda, opencl, cpu "
            + "(OpenCL on the CPU) or a number from 'ilgpustyle devices'.",
        HelpName = "auto|cuda|opencl|cpu|N",
        CompletionSources = { "auto", "cuda", "opencl", "cpu" },
        DefaultValueFactory = _ => "auto",
        Validators = { Validate },
    }.About(Subject.Device);

    /// <summary>Refuses what is no choice anywhere before anything else is done.</summary>
    private static void Validate(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }] && text is not ("auto" or "cuda" or "opencl" or "cpu")
            && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            result.AddError(
                $"--device must be auto, cuda, opencl, cpu or a number from 'ilgpustyle devices', not '{text}'.");
        }
    }
}
