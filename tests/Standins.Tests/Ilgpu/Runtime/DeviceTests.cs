using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public class DeviceTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    [Fact]
    public void A_device_tells_its_properties()
    {
        Accelerator accelerator = device.Accelerator;
        var cl = Assert.IsType<CLDevice>(accelerator.Device);
        Assert.Equal(AcceleratorType.OpenCL, accelerator.AcceleratorType);
        Assert.NotEqual("", accelerator.Name);
        Assert.NotEqual("", cl.PlatformName);
        Assert.NotEqual("", cl.VendorName);
        Assert.NotEqual((CLDeviceType)0, cl.DeviceType);
        Assert.InRange(accelerator.MemorySize, 64L << 20, 1L << 45);
        Assert.InRange(accelerator.MaxNumThreadsPerGroup, 1, 1 << 20);
        Assert.InRange(accelerator.MaxSharedMemoryPerGroup, 16 << 10, int.MaxValue);
        Assert.InRange(accelerator.NumMultiprocessors, 1, 1 << 20);
        Assert.InRange(accelerator.WarpSize, 1, 128);
    }

    [Fact]
    public void Only_devices_that_the_predicate_accepts_are_listed()
    {
        using Context none = Context.Create(builder => builder.Cuda().OpenCL(_ => false));
        Assert.Empty(none.Devices);
        using Context all = Context.Create(builder => builder.OpenCL());
        Assert.Contains(device.Accelerator.Device, all.Devices);
    }

    [Fact]
    public void A_source_that_the_driver_refuses_is_told_by_kernel_and_first_error()
    {
        var accelerator = (CLAccelerator)device.Accelerator;
        CLException error = Assert.Throws<CLException>(
            () => ProgramBuilder.Build(accelerator, "BrokenKernel", "kernel void BrokenKernel() { int x = missing; }"));
        Assert.Contains("could not build the kernel BrokenKernel: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("warning: x\nk.cl:3:1: error: y\nerror: z", "k.cl:3:1: error: y")]
    [InlineData("\n something else \n more", "something else")]
    [InlineData("", null)]
    public void The_first_error_of_a_log_is_found(string log, string? expected) =>
        Assert.Equal(expected, ProgramBuilder.FirstError(log));
}
