using System.Runtime.InteropServices;
using System.Text;

namespace ILGPU.Runtime.OpenCL;

/// <summary>Builds a kernel from its source.</summary>
internal static unsafe class ProgramBuilder
{
    /// <summary>The cl_kernel <paramref name="entry"/> of <paramref name="source"/>.</summary>
    /// <exception cref="CLException">The driver does not accept the source.</exception>
    internal static nint Build(CLAccelerator accelerator, string entry, string source)
    {
        byte[] text = Encoding.UTF8.GetBytes(source);
        nint program;
        CLError error;
        fixed (byte* t = text)
        {
            byte* start = t;
            nuint length = (nuint)text.Length;
            program = OpenCLLibrary.CreateProgramWithSource(accelerator.ClContext, 1, &start, &length, &error);
        }
        CLException.ThrowIfFailed(error, $"take the source of the kernel {entry}");
        try
        {
            nint device = accelerator.Device.Id;
            fixed (byte* options = NullTerminated(OptionsFor(accelerator.Device)))
                error = OpenCLLibrary.BuildProgram(program, 1, &device, options, null, null);
            if (error != CLError.CL_SUCCESS)
            {
                throw new CLException(
                    $"The OpenCL driver of {accelerator.Name} could not build the kernel {entry}: " +
                    $"{FirstError(BuildLog(program, device)) ?? error.ToString()}");
            }
            nint kernel;
            fixed (byte* name = NullTerminated(entry))
                kernel = OpenCLLibrary.CreateKernel(program, name, &error);
            CLException.ThrowIfFailed(error, $"create the kernel {entry}");
            return kernel;
        }
        finally
        {
            // The kernel keeps its program alive.
            _ = OpenCLLibrary.ReleaseProgram(program);
        }
    }

    private static string OptionsFor(CLDevice device) =>
        device.RoundsDivisionCorrectly ? "-cl-std=CL1.2 -cl-fp32-correctly-rounded-divide-sqrt" : "-cl-std=CL1.2";

    private static string BuildLog(nint program, nint device)
    {
        const uint Log = 0x1183;
        nuint size;
        if (OpenCLLibrary.GetProgramBuildInfo(program, device, Log, 0, null, &size) != CLError.CL_SUCCESS || size == 0)
            return "";
        byte[] log = new byte[size];
        fixed (byte* l = log)
        {
            _ = OpenCLLibrary.GetProgramBuildInfo(program, device, Log, size, l, null);
            return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(l));
        }
    }

    /// <summary>The first line that tells an error, else the first line that is not empty.</summary>
    internal static string? FirstError(string log)
    {
        string[] lines = log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))
            ?? lines.FirstOrDefault();
    }

    private static byte[] NullTerminated(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
