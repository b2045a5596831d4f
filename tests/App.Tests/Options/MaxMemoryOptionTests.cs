using IlgpuStyle.App.Options;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Tests.Options;

public sealed class MaxMemoryOptionTests
{
    private static readonly RgbPicture Picture = new(2, 3, new float[18]);

    private static readonly ScalePictures[] Scales = [new(Picture, [new StylePicture(Picture)])];

    [Fact]
    public void The_number_is_in_mebibytes()
    {
        Assert.Null(Bytes(null, DeviceClass.Gpu));
        Assert.Null(Bytes(null, DeviceClass.Cpu));
        Assert.Equal(3_145_728, Bytes(3, DeviceClass.Gpu));
        Assert.Equal(2_147_483_647L * 1_048_576, Bytes(int.MaxValue, DeviceClass.Gpu));
    }

    [Fact]
    public void On_a_cpu_it_is_that_of_the_whole_program()
    {
        Assert.Equal((1000L << 20) - StyleTransferJob.HostBytes(Scales), Bytes(1000, DeviceClass.Cpu));
        Assert.Equal(0, Bytes(1, DeviceClass.Cpu));
    }

    private static long? Bytes(int? mebibytes, DeviceClass device) =>
        MaxMemoryOption.DeviceBytes(mebibytes, device, Scales);
}
