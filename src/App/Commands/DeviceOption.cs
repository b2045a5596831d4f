using System.CommandLine;
using IlgpuStyle.Kernels;

namespace IlgpuStyle.App.Commands;

/// <summary><c>--device</c>.</summary>
internal static class DeviceOption
{
    public static Option<string> Create() => new("--device")
    {
        Description = "What to compute on: auto (CUDA, else an OpenCL GPU, else an OpenCL CPU), cuda, opencl, cpu "
            + "(OpenCL on the CPU) or a number from 'ilgpustyle devices'.",
        HelpName = "auto|cuda|opencl|cpu|N",
        DefaultValueFactory = _ => "auto",
    };

    /// <exception cref="UsageException">There is no such choice.</exception>
    /// <exception cref="DeviceException">There is no such device, or it cannot be used.</exception>
    public static Engine Open(string selector)
    {
        try
        {
            return Engine.Open(selector);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"--device: {exception.Message}");
        }
    }
}
