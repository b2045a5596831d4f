using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.Kernels;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle devices</c>: what this machine can compute on.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "List the CUDA and OpenCL devices of this machine and which can be used.");
        command.SetAction(parsed => (int)List(parsed.InvocationConfiguration.Output));
        return command;
    }

    private static ExitCode List(TextWriter output)
    {
        IReadOnlyList<DeviceDescription> devices = Engine.ListDevices();
        foreach (DeviceDescription device in devices)
        {
            output.WriteLine(
                $"{device.Index}: {device.Name} ({device.Api}, {(device.Class == DeviceClass.Gpu ? "GPU" : "CPU")}, "
                + $"{device.Multiprocessors} compute units, {device.MemoryBytes >> 20} MiB)"
                + (device.Refusal is null ? "" : $": cannot be used: {device.Refusal}"));
        }
        if (devices.Count == 0)
            throw new DeviceException(Engine.NoDeviceMessage);
        if (devices.All(device => device.Refusal is not null))
        {
            throw new DeviceException(
                "None of these devices can be used: install another OpenCL driver, such as PoCL, or NVIDIA's CUDA "
                + "driver.");
        }
        return ExitCode.Done;
    }
}
