using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.Tests.Ptx;

public sealed class PtxEmitterTests
{
    [Fact]
    public void Every_kernel_has_a_name_of_its_own()
    {
        string[] names = [.. GpuKernel.All().Select(kernel => kernel.Method.Name)];
        Assert.Equal(names.Distinct(), names);
        Assert.Contains("AveragePoolForwardKernel", names);
        Assert.DoesNotContain(names, name => name.Contains("Cpu", StringComparison.Ordinal));
    }

    [Fact]
    public void Cores_and_kernels_short_of_registers_bound_them()
    {
        string[] names = [.. GpuKernel.All()
            .Where(kernel => kernel.Specialization.MaxNumThreadsPerGroup is not null)
            .Select(kernel => kernel.Method.Name)];
        Assert.Equal(
            [
                "DiagonalVariationBackwardKernel", "GramForwardGpuSumsKernel", "MatrixMultiplyGpuKernel",
                "MaxPoolBackwardKernel", "PixelProductNarrowGpuKernel", "PixelProductSmallGpuKernel",
                "PixelProductWideGpuKernel", "WeightProductGpuKernel", "WindowProductNarrowGpuKernel",
                "WindowProductSmallGpuKernel", "WinogradMultiplyNarrowGpuKernel", "WinogradMultiplySmallGpuKernel",
                "WinogradMultiplyWideGpuKernel",
            ],
            names);
    }

    [Theory]
    [InlineData("80")]
    [InlineData("sm_70")]
    [InlineData("sm_9")]
    [InlineData("compute_80")]
    public void An_unknown_architecture_is_refused(string architecture)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => PtxEmitter.Emit("unused", architecture));
        Assert.Equal(
            $"Unknown architecture '{architecture}': use sm_75 or later, such as sm_80 or sm_90.", exception.Message);
    }

    [Fact]
    public void Ptx_is_written()
    {
        string directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            IReadOnlyList<string> paths = PtxEmitter.Emit(directory, "sm_90");
            Assert.Equal(GpuKernel.All().Count, paths.Count);
            string text = File.ReadAllText(Path.Combine(directory, "PixelProductWideGpuKernel.sm_90.ptx"));
            // ILGPU names the oldest architecture that has all that it uses; a later one assembles it as its own.
            Assert.Contains(".target sm_80", text, StringComparison.Ordinal);
            Assert.Contains(".maxntid 256", text, StringComparison.Ordinal);
            Assert.Contains(".minnctapersm 2", text, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
