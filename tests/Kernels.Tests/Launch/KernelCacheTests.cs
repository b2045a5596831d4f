using System.Reflection;
using ILGPU.Runtime;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests;

/// <summary>Kernels that a run loads because the one before launched them.</summary>
[Collection(TestDevice.Collection)]
public sealed class KernelCacheTests(TestDevice device) : IDisposable
{
    private static readonly MethodInfo ClearBorderKernel =
        typeof(ClearBorder).GetMethod("ClearBorderKernel", BindingFlags.Static | BindingFlags.NonPublic)!;

    private static readonly MethodInfo ClearWholeKernel =
        typeof(ClearBorder).GetMethod("ClearWholeKernel", BindingFlags.Static | BindingFlags.NonPublic)!;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_a_run_took_the_next_loads_ahead()
    {
        KernelCache first = NewCache();
        Assert.True(first.IsFirstStart);
        first.LoadAhead();
        Kernel kernel = await first.Load(ClearBorderKernel, new KernelSpecialization(128, null));
        Assert.Same(kernel, await first.Load(ClearBorderKernel, new KernelSpecialization(128, null)));
        await first.Load(ClearWholeKernel, KernelSpecialization.Empty);
        first.Close();
        first.Keep();
        Assert.Equal(["ClearBorderKernel 128 ", "ClearWholeKernel  "], File.ReadAllLines(FileOfKernels()));

        KernelCache second = NewCache();
        Assert.False(second.IsFirstStart);
        second.LoadAhead();
        await second.LoadedAhead!;
        Assert.True(second.Load(ClearWholeKernel, KernelSpecialization.Empty).IsCompletedSuccessfully);
        Assert.Equal(
            128, (await second.Load(ClearBorderKernel, default)).Specialization.MaxNumThreadsPerGroup);
    }

    [Fact]
    public async Task A_run_that_loads_nothing_ahead_leaves_what_another_kind_has_kept()
    {
        KernelCache first = NewCache();
        await first.Load(ClearBorderKernel, KernelSpecialization.Empty);
        first.Keep();
        KernelCache other = NewCache();
        await other.Load(ClearWholeKernel, KernelSpecialization.Empty);
        other.Keep();
        Assert.Equal(["ClearBorderKernel  "], File.ReadAllLines(FileOfKernels()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("NoSuchKernel  ")]
    [InlineData("\0\0\0")]
    public async Task A_damaged_file_loads_nothing(string text)
    {
        KernelCache first = NewCache();
        await first.Load(ClearBorderKernel, KernelSpecialization.Empty);
        first.Keep();
        File.WriteAllText(FileOfKernels(), text);
        KernelCache second = NewCache();
        second.LoadAhead();
        await second.LoadedAhead!;
        second.Close();
    }

    [Fact]
    public async Task Where_nothing_can_be_written_every_start_is_the_first()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var cache = new KernelCache(device.Engine.Accelerator, "device", file);
        await cache.Load(ClearBorderKernel, KernelSpecialization.Empty);
        cache.Keep();
        Assert.True(new KernelCache(device.Engine.Accelerator, "device", file).IsFirstStart);
    }

    private KernelCache NewCache() => new(device.Engine.Accelerator, "device", _folder);

    private string FileOfKernels() => Assert.Single(Directory.GetFiles(_folder));
}
