using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public class LaunchTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private readonly Accelerator _accelerator = device.Accelerator;

    private static void ScaledSumKernel(ArrayView<float> a, ArrayView<float> b, ArrayView<float> sum, float scale)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < sum.IntLength)
            sum[i] = a[i] + scale * b[i];
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(1003, 1)]
    [InlineData(1003, 64)]
    [InlineData(4096, 256)]
    public void An_explicitly_grouped_kernel_covers_its_grid(int length, int group)
    {
        using MemoryBuffer1D<float, Stride1D.Dense> a = Numbers(length, i => i);
        using MemoryBuffer1D<float, Stride1D.Dense> b = Numbers(length, i => 2 * i);
        using MemoryBuffer1D<float, Stride1D.Dense> sum = Numbers(length, _ => float.NaN);
        LoadScaledSum()(((length + group - 1) / group, group), a.View, b.View, sum.View, 3);
        Assert.Equal(Enumerable.Range(0, length).Select(i => 7f * i), sum.GetAsArray1D());
    }

    [Fact]
    public void A_kernel_sees_the_part_of_the_buffer_that_its_view_shows()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> data = Numbers(30, i => i);
        ArrayView<float> all = data.View;
        LoadScaledSum()((1, 16), all.SubView(5, 7), all.SubView(13, 7), all.SubView(21, 7), 10);
        float[] expected = [.. Enumerable.Range(0, 30).Select(i => i is >= 21 and < 28 ? i - 16 + 10f * (i - 8) : i)];
        Assert.Equal(expected, data.GetAsArray1D());
    }

    private static void PrefixSumKernel(ArrayView<float> source, ArrayView<float> target)
    {
        for (int i = 1; i < target.IntLength; i++)
            target[i] = source[i - 1] + source[i];
    }

    [Fact]
    public void Views_that_overlap_see_each_others_writes()
    {
        Action<KernelConfig, ArrayView<float>, ArrayView<float>> kernel =
            _accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>>(PrefixSumKernel);
        using MemoryBuffer1D<float, Stride1D.Dense> data = Numbers(1000, _ => 1);
        kernel((1, 1), data.View, data.View);
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (float)i), data.GetAsArray1D());
    }

    private struct Pair
    {
        public int First;
        public float Second;
    }

    private static void ScalarsKernel(
        ArrayView<double> results, int a, long b, uint c, float d, double e, Pair pair, float last)
    {
        results[0] = a;
        results[1] = b;
        results[2] = c;
        results[3] = d;
        results[4] = e;
        results[5] = pair.First;
        results[6] = pair.Second;
        results[7] = last;
    }

    [Fact]
    public void Values_of_every_kind_arrive()
    {
        Action<KernelConfig, ArrayView<double>, int, long, uint, float, double, Pair, float> kernel =
            _accelerator.LoadStreamKernel<ArrayView<double>, int, long, uint, float, double, Pair, float>(
                ScalarsKernel);
        using MemoryBuffer1D<double, Stride1D.Dense> results = _accelerator.Allocate1D<double>(8);
        kernel(
            (1, 1), results.View, -5, -(1L << 40), uint.MaxValue, 0.5f, Math.PI,
            new Pair { First = 77, Second = -1.25f }, 42f);
        Assert.Equal([-5, -(1L << 40), uint.MaxValue, 0.5, Math.PI, 77, -1.25, 42], results.GetAsArray1D());
    }

    private static void FourteenKernel(
        ArrayView<int> sum,
        int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int l, int m, int n) =>
        sum[0] = b + 2 * c + 3 * d + 4 * e + 5 * f + 6 * g + 7 * h + 8 * i + 9 * j + 10 * k + 11 * l + 12 * m + 13 * n;

    [Fact]
    public void Fourteen_parameters_keep_their_order()
    {
        using MemoryBuffer1D<int, Stride1D.Dense> sum = _accelerator.Allocate1D([0]);
        _accelerator.LoadStreamKernel<ArrayView<int>, int, int, int, int, int, int, int, int, int, int, int, int, int>(
            FourteenKernel)((1, 1), sum.View, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        Assert.Equal(Enumerable.Range(1, 13).Sum(i => i * i), sum.GetAsArray1D()[0]);
    }

    private static void Number1DKernel(Index1D index, ArrayView<int> results) => results[index] = 7 * index.X;

    private static void Number2DKernel(Index2D index, ArrayView<int> results, int width) =>
        results[index.Y * width + index.X] = 1000 * index.Y + index.X;

    private static void Number3DKernel(Index3D index, ArrayView<int> results, int width, int height) =>
        results[(index.Z * height + index.Y) * width + index.X] = 10000 * index.Z + 100 * index.Y + index.X;

    [Fact]
    public void Implicitly_grouped_kernels_cover_their_extent_and_no_more()
    {
        using MemoryBuffer1D<int, Stride1D.Dense> line = _accelerator.Allocate1D(Filled(131, -1));
        _accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Number1DKernel)(130, line.View);
        Assert.Equal([.. Enumerable.Range(0, 130).Select(x => 7 * x), -1], line.GetAsArray1D());

        using MemoryBuffer1D<int, Stride1D.Dense> plane = _accelerator.Allocate1D(Filled(5 * 7 + 1, -1));
        _accelerator.LoadAutoGroupedStreamKernel<Index2D, ArrayView<int>, int>(Number2DKernel)((5, 7), plane.View, 5);
        Assert.Equal([.. Enumerable.Range(0, 35).Select(i => 1000 * (i / 5) + i % 5), -1], plane.GetAsArray1D());

        using MemoryBuffer1D<int, Stride1D.Dense> space = _accelerator.Allocate1D(Filled(3 * 5 * 7 + 1, -1));
        _accelerator.LoadAutoGroupedStreamKernel<Index3D, ArrayView<int>, int, int>(Number3DKernel)(
            (3, 5, 7), space.View, 3, 5);
        Assert.Equal(
            [.. Enumerable.Range(0, 105).Select(i => 10000 * (i / 15) + 100 * (i / 3 % 5) + i % 3), -1],
            space.GetAsArray1D());
    }

    [Fact]
    public void An_empty_extent_launches_nothing()
    {
        using MemoryBuffer1D<int, Stride1D.Dense> line = _accelerator.Allocate1D([5]);
        Action<Index1D, ArrayView<int>> kernel =
            _accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Number1DKernel);
        kernel(0, line.View);
        Assert.Equal([5], line.GetAsArray1D());
        Assert.Throws<ArgumentException>(() => kernel(-1, line.View));
    }

    [Fact]
    public void Launches_fills_and_copies_allocate_nothing_on_the_managed_heap()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> a = Numbers(256, i => i);
        using MemoryBuffer1D<float, Stride1D.Dense> sum = Numbers(256, i => i);
        using MemoryBuffer1D<int, Stride1D.Dense> line = _accelerator.Allocate1D<int>(100);
        float[] host = new float[256];
        Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, float> grouped = LoadScaledSum();
        Action<Index1D, ArrayView<int>> implicitlyGrouped =
            _accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Number1DKernel);
        long allocated = 0;
        // The first round is there for what is made once.
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                sum.MemSetToZero();
                grouped((1, 256), a.View, a.View.BaseView.SubView(0, 256), sum.View, 3);
                implicitlyGrouped(100, line.View);
                sum.View.CopyToCPU(host);
                sum.View.CopyFromCPU(_accelerator.DefaultStream, host.AsSpan());
                _accelerator.Synchronize();
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Wrong_arguments_are_refused_by_name_and_the_kernel_stays_usable()
    {
        Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, float> kernel = LoadScaledSum();
        using MemoryBuffer1D<float, Stride1D.Dense> a = Numbers(4, i => i);
        using MemoryBuffer1D<float, Stride1D.Dense> sum = Numbers(4, i => i);

        ArgumentException nothing = Assert.Throws<ArgumentException>(
            () => kernel((1, 4), a.View, default, sum.View, 1));
        Assert.Equal("Argument 'b' of the kernel ScaledSumKernel is a view without a buffer.", nothing.Message);

        MemoryBuffer1D<float, Stride1D.Dense> disposed = Numbers(4, i => i);
        ArrayView<float> view = disposed.View;
        disposed.Dispose();
        ObjectDisposedException gone = Assert.Throws<ObjectDisposedException>(
            () => kernel((1, 4), view, a.View, sum.View, 1));
        Assert.Contains("Argument 'a' of the kernel ScaledSumKernel", gone.Message, StringComparison.Ordinal);

        using Accelerator other = device.Context.Devices[0].CreateAccelerator(device.Context);
        using MemoryBuffer1D<float, Stride1D.Dense> foreign = other.Allocate1D<float>(4);
        ArgumentException theirs = Assert.Throws<ArgumentException>(
            () => kernel((1, 4), a.View, a.View, foreign.View, 1));
        Assert.Contains("another accelerator", theirs.Message, StringComparison.Ordinal);

        kernel((1, 4), a.View, a.View, sum.View, 1);
        Assert.Equal([0f, 2, 4, 6], sum.GetAsArray1D());
    }

    [Fact]
    public void Impossible_geometries_are_refused()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> a = Numbers(4, i => i);
        Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, float> kernel =
            _accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, float>(
                ScaledSumKernel, new KernelSpecialization(64, 2));
        Assert.Throws<ArgumentException>(() => kernel((1, 65), a.View, a.View, a.View, 1));
        Assert.Throws<ArgumentException>(() => kernel((0, 64), a.View, a.View, a.View, 1));
        ArgumentException flat = Assert.Throws<ArgumentException>(
            () => kernel((new Index3D(1, 1, 1), new Index3D(8, 2, 1)), a.View, a.View, a.View, 1));
        Assert.StartsWith(
            "Groups of 8 × 2 × 1 threads for the kernel ScaledSumKernel: groups are one-dimensional",
            flat.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => kernel((new Index3D(1, 1, 1), new Index3D(8, 1, 2)), a.View, a.View, a.View, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel((-1, 64), a.View, a.View, a.View, 1));
        Assert.Throws<NotSupportedException>(() =>
            _accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, float>(
                ScaledSumKernel, new KernelSpecialization(_accelerator.MaxNumThreadsPerGroup + 1, 1)));
    }

    [Fact]
    public void Two_accelerators_of_two_contexts_work_side_by_side()
    {
        using Context context = DeviceFixture.OpenContext();
        using Accelerator other = context.Devices[0].CreateAccelerator(context);
        Action<Index1D, ArrayView<int>> here =
            _accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Number1DKernel);
        Action<Index1D, ArrayView<int>> there =
            other.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Number1DKernel);
        using MemoryBuffer1D<int, Stride1D.Dense> ours = _accelerator.Allocate1D(Filled(100, -1));
        using MemoryBuffer1D<int, Stride1D.Dense> theirs = other.Allocate1D(Filled(100, -1));
        here(50, ours.View);
        there(100, theirs.View);
        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => 7 * i), .. Filled(50, -1)], ours.GetAsArray1D());
        Assert.Equal(Enumerable.Range(0, 100).Select(i => 7 * i), theirs.GetAsArray1D());
    }

    [Fact]
    public void A_kernel_launched_from_several_threads_keeps_their_arguments_apart()
    {
        Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, float> kernel = LoadScaledSum();
        using MemoryBuffer1D<float, Stride1D.Dense> ones = Numbers(100, _ => 1);
        MemoryBuffer1D<float, Stride1D.Dense>[] sums = [.. Enumerable.Range(0, 8).Select(_ => Numbers(100, _ => 0))];
        Parallel.For(0, sums.Length, thread =>
        {
            for (int i = 0; i < 50; i++)
                kernel((1, 128), ones.View, ones.View, sums[thread].View, thread);
        });
        for (int thread = 0; thread < sums.Length; thread++)
        {
            Assert.Equal(Enumerable.Repeat(1f + thread, 100), sums[thread].GetAsArray1D());
            sums[thread].Dispose();
        }
    }

    [Fact]
    public void A_delegate_that_outlives_its_accelerator_is_refused()
    {
        Accelerator other = device.Context.Devices[0].CreateAccelerator(device.Context);
        MemoryBuffer1D<int, Stride1D.Dense> line = other.Allocate1D<int>(4);
        Action<Index1D, ArrayView<int>> kernel =
            other.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Number1DKernel);
        other.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kernel(4, line.View));
        line.Dispose();
    }

    [Fact]
    public void Kernel_only_members_say_so_on_the_host()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Group.IdxX);
        Assert.Equal("Group.IdxX has a meaning only inside a kernel; it was called on the host.", error.Message);
        Assert.Throws<InvalidOperationException>(() => SharedMemory.Allocate<float>(4));
    }

    private Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, float> LoadScaledSum() =>
        _accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, float>(ScaledSumKernel);

    private MemoryBuffer1D<float, Stride1D.Dense> Numbers(int length, Func<int, float> element) =>
        _accelerator.Allocate1D<float>([.. Enumerable.Range(0, length).Select(element)]);

    private static int[] Filled(int length, int value) => [.. Enumerable.Repeat(value, length)];
}
