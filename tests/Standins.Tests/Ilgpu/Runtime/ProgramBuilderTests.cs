using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public sealed class ProgramBuilderTests(DeviceFixture device) : IClassFixture<DeviceFixture>, IDisposable
{
    private const string Source = "kernel void SmallKernel(global float* x) { x[get_global_id(0)] = 1; }";

    private readonly CLAccelerator _accelerator = (CLAccelerator)device.Accelerator;
    private readonly string _folder = Directory.CreateTempSubdirectory("programs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_the_driver_made_is_kept_and_used()
    {
        Assert.NotEqual(0, Build("SmallKernel", Source));
        string file = Assert.Single(Directory.GetFiles(_folder));
        DateTime written = File.GetLastWriteTimeUtc(file);
        Assert.NotEqual(0, Build("SmallKernel", Source));
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));
    }

    [Fact]
    public void A_binary_that_the_driver_refuses_is_made_again()
    {
        Assert.NotEqual(0, Build("SmallKernel", Source));
        string file = Assert.Single(Directory.GetFiles(_folder));
        byte[] good = File.ReadAllBytes(file);
        new CacheFolder(_folder).Write(Path.GetFileName(file), [1, 2, 3, 4]);
        Assert.NotEqual(0, Build("SmallKernel", Source));
        Assert.Equal(good.Length, File.ReadAllBytes(file).Length);
    }

    [Fact]
    public void A_source_that_the_driver_refuses_is_told_by_kernel_and_first_error()
    {
        CLException error = Assert.Throws<CLException>(
            () => Build("BrokenKernel", "kernel void BrokenKernel() { int x = missing; }"));
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

    private nint Build(string entry, string source) =>
        new ProgramBuilder(new CacheFolder(_folder)).Build(_accelerator, entry, source);
}
