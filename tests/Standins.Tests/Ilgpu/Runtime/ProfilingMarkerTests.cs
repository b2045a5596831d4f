using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public class ProfilingMarkerTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private static void SpinKernel(ArrayView<float> results, int rounds)
    {
        float x = results[0];
        for (int i = 0; i < rounds; i++)
            x = x * 0.999f + 0.001f;
        results[0] = x;
    }

    [Fact]
    public void The_device_s_time_passes_between_markers()
    {
        AcceleratorStream stream = device.Accelerator.DefaultStream;
        using MemoryBuffer1D<float, Stride1D.Dense> results = device.Accelerator.Allocate1D([0.5f]);
        Action<KernelConfig, ArrayView<float>, int> spin =
            device.Accelerator.LoadStreamKernel<ArrayView<float>, int>(SpinKernel);

        var clock = Stopwatch.StartNew();
        using ProfilingMarker start = stream.AddProfilingMarker();
        spin((1, 1), results.View, 1_000_000);
        using ProfilingMarker middle = stream.AddProfilingMarker();
        using ProfilingMarker end = stream.AddProfilingMarker();
        stream.Synchronize();
        TimeSpan onTheHost = clock.Elapsed;

        Assert.InRange(middle - start, TimeSpan.FromTicks(1), onTheHost);
        Assert.True(end - middle >= TimeSpan.Zero, $"{end - middle}");
        Assert.InRange((end - start - (middle - start) - (end - middle)).Ticks, -1, 1);
        Assert.Equal(start - end, -(end - start));
    }

    [Fact]
    public void Markers_need_a_context_that_profiles()
    {
        using Context context = Context.Create(builder => builder.OpenCL());
        using Accelerator accelerator = context.Devices[0].CreateAccelerator(context);
        Assert.Throws<NotSupportedException>(() => accelerator.DefaultStream.AddProfilingMarker());
    }

    [Fact]
    public void Markers_of_different_accelerators_are_not_compared()
    {
        using Accelerator other = device.Context.Devices[0].CreateAccelerator(device.Context);
        using ProfilingMarker ours = device.Accelerator.DefaultStream.AddProfilingMarker();
        using ProfilingMarker theirs = other.DefaultStream.AddProfilingMarker();
        Assert.Throws<ArgumentException>(() => ours - theirs);
    }
}
