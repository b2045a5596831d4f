using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

/// <summary>The first OpenCL device, opened once for all tests of a class.</summary>
public sealed class DeviceFixture : IDisposable
{
    public Context Context { get; } = OpenContext();

    public Accelerator Accelerator { get; }

    public DeviceFixture()
    {
        Assert.True(
            Context.Devices.Length > 0,
            "No OpenCL device was found: install an OpenCL driver (on Debian: apt install pocl-opencl-icd).");
        Accelerator = Context.Devices[0].CreateAccelerator(Context);
    }

    public void Dispose()
    {
        Accelerator.Dispose();
        Context.Dispose();
    }

    internal static Context OpenContext() =>
        Context.Create(builder => builder.Cuda().OpenCL(_ => true).Optimize(OptimizationLevel.O2).Profiling());
}
