using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public sealed class ThreadTests
{
    private const int Rounds = 8;

    private static void CountKernel(Index1D index, ArrayView<int> values, int first) => values[index] = first + index;

    /// <summary>Sources that no driver has seen, so that each is built.</summary>
    [Fact]
    public async Task Threads_may_open_build_launch_and_close_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    using Context context = DeviceFixture.OpenContext();
                    using Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
                    string source = $"kernel void Fresh(global int* x) {{ x[0] = {Random.Shared.Next()}; }}";
                    Assert.NotEqual(
                        0,
                        new ProgramBuilder(new CacheFolder(null)).Build((CLAccelerator)accelerator, "Fresh", source));
                    using MemoryBuffer1D<int, Stride1D.Dense> values = accelerator.Allocate1D<int>(1000);
                    accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int>(CountKernel)(
                        1000, values.View, thread + round);
                    Assert.Equal(Enumerable.Range(thread + round, 1000), values.GetAsArray1D());
                }
            },
            TaskCreationOptions.LongRunning)));
    }
}
