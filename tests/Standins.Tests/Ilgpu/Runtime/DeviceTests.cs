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
}
