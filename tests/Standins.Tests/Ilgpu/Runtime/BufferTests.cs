using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

public class BufferTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private readonly Accelerator _accelerator = device.Accelerator;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1003)]
    public void What_is_copied_to_the_device_comes_back(int length)
    {
        float[] data = RandomFloats(length);
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = _accelerator.Allocate1D<float>(length);
        buffer.CopyFromCPU(data);
        float[] back = new float[length];
        buffer.CopyToCPU(back);
        Assert.Equal(data, back);
        Assert.Equal(length, buffer.Length);
        Assert.Equal(4L * length, buffer.LengthInBytes);
        Assert.Equal(data, buffer.GetAsArray1D());
    }

    private static void CopyKernel(Index1D i, ArrayView<int> source, ArrayView<int> target) => target[i] = source[i];

    [Fact]
    public void Large_buffers_outlive_their_release_until_the_queue_is_done_with_them()
    {
        Action<Index1D, ArrayView<int>, ArrayView<int>> copy =
            _accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, ArrayView<int>>(CopyKernel);
        // Above the size from which a CPU's buffers lie in huge pages; freed while what reads them is still queued.
        int[] data = [.. Enumerable.Range(0, 1_500_007)];
        using MemoryBuffer1D<int, Stride1D.Dense> target = _accelerator.Allocate1D<int>(data.Length);
        for (int round = 0; round < 3; round++)
        {
            target.MemSetToZero();
            using (MemoryBuffer1D<int, Stride1D.Dense> source = _accelerator.Allocate1D(data))
                copy(data.Length, source.View, target.View);
            Assert.Equal(data, target.GetAsArray1D());
        }
    }

    [Fact]
    public void A_sub_view_touches_its_own_elements_only()
    {
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = _accelerator.Allocate1D([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        ArrayView<int> middle = buffer.View.BaseView.SubView(3, 4);
        middle.CopyFromCPU([30, 40, 50, 60]);
        Assert.Equal([0, 1, 2, 30, 40, 50, 60, 7, 8, 9], buffer.GetAsArray1D());

        int[] part = new int[4];
        middle.CopyToCPU(part);
        Assert.Equal([30, 40, 50, 60], part);
    }

    /// <summary>Where the package would clear another place.</summary>
    [Fact]
    public void A_view_within_a_buffer_is_not_cleared()
    {
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = _accelerator.Allocate1D([1, 2, 3, 4]);
        string message = Assert.Throws<NotSupportedException>(
            () => buffer.View.BaseView.SubView(1, 2).MemSetToZero()).Message;
        Assert.Contains("only from the start of its buffer", message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4], buffer.GetAsArray1D());
    }

    [Fact]
    public void Spans_may_be_shorter_than_the_view_and_not_longer()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = _accelerator.Allocate1D([1f, 2, 3]);
        buffer.View.CopyFromCPU(_accelerator.DefaultStream, new ReadOnlySpan<float>([7f, 8]));
        Assert.Equal([7f, 8, 3], buffer.GetAsArray1D());
        float[] two = new float[2];
        buffer.View.BaseView.CopyToCPU(new Span<float>(two));
        Assert.Equal([7f, 8], two);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => buffer.View.CopyFromCPU(_accelerator.DefaultStream, new ReadOnlySpan<float>(new float[4])));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => buffer.View.BaseView.CopyToCPU(new Span<float>(new float[4])));
    }

    [Fact]
    public void Odd_byte_ranges_are_cleared_exactly()
    {
        using MemoryBuffer1D<byte, Stride1D.Dense> buffer = _accelerator.Allocate1D<byte>([1, 2, 3, 4, 5, 6, 7]);
        buffer.View.BaseView.SubView(0, 3).MemSetToZero();
        Assert.Equal<byte>([0, 0, 0, 4, 5, 6, 7], buffer.GetAsArray1D());
        buffer.MemSetToZero();
        Assert.Equal(new byte[7], buffer.GetAsArray1D());
    }

    [Fact]
    public void Arrays_of_the_wrong_length_are_refused()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = _accelerator.Allocate1D<float>(3);
        ArgumentException tooLong = Assert.Throws<ArgumentOutOfRangeException>(() => buffer.CopyFromCPU(new float[4]));
        Assert.Contains("The array has 4 elements, the view 3.", tooLong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.CopyToCPU(new float[2]));
        Assert.Throws<ArgumentNullException>(() => buffer.CopyFromCPU(null!));
    }

    [Fact]
    public void Views_stay_inside_of_their_buffer()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = _accelerator.Allocate1D<float>(8);
        ArrayView<float> view = buffer.View;
        Assert.Throws<ArgumentOutOfRangeException>(() => view.SubView(5, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => view.SubView(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ArrayView<double>(buffer, 0, 5));
        Assert.Equal(3, view.SubView(5).Length);
        Assert.Equal(0, view.SubView(8).Length);
        Assert.Equal(4, view.Cast<double>().Length);
        Assert.Throws<ArgumentException>(() => view.SubView(1).Cast<double>());
    }

    [Fact]
    public void A_disposed_buffer_and_its_views_are_refused()
    {
        MemoryBuffer1D<float, Stride1D.Dense> buffer = _accelerator.Allocate1D<float>(3);
        ArrayView<float> view = buffer.View;
        buffer.Dispose();
        buffer.Dispose();
        Assert.True(buffer.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => buffer.CopyFromCPU(new float[3]));
        Assert.Throws<ObjectDisposedException>(() => view.CopyToCPU(new float[3]));
        Assert.Throws<ObjectDisposedException>(() => view.MemSetToZero());
    }

    [Fact]
    public void A_view_without_a_buffer_is_refused()
    {
        ArrayView<float> nothing = default;
        Assert.Throws<ArgumentException>(() => nothing.MemSetToZero());
        Assert.Throws<ArgumentException>(() => nothing.CopyFromCPU([]));
    }

    [Fact]
    public void A_buffer_of_another_accelerator_is_refused()
    {
        using Accelerator other = device.Context.Devices[0].CreateAccelerator(device.Context);
        using MemoryBuffer1D<float, Stride1D.Dense> theirs = other.Allocate1D<float>(3);
        Assert.Throws<ArgumentException>(() => theirs.View.MemSetToZero(_accelerator.DefaultStream));
    }

    [Fact]
    public void More_memory_than_there_is_is_refused_in_one_sentence()
    {
        AcceleratorException error = Assert.ThrowsAny<AcceleratorException>(
            () => _accelerator.Allocate1D<float>(_accelerator.MemorySize));
        Assert.Contains(_accelerator.Name, error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _accelerator.Allocate1D<float>(-1));
    }

    [Fact]
    public void Elements_cannot_be_touched_on_the_host()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = _accelerator.Allocate1D<float>(3);
        Assert.Throws<InvalidOperationException>(() => buffer.View.BaseView[0]);
    }

    [Fact]
    public void After_its_accelerator_a_buffer_can_only_be_disposed()
    {
        Accelerator other = device.Context.Devices[0].CreateAccelerator(device.Context);
        MemoryBuffer1D<float, Stride1D.Dense> buffer = other.Allocate1D<float>(3);
        other.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.CopyFromCPU(new float[3]));
        Assert.Throws<ObjectDisposedException>(() => other.Allocate1D<float>(3));
        Assert.Throws<ObjectDisposedException>(other.Synchronize);
        buffer.Dispose();
    }

    private static float[] RandomFloats(int length)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
    }
}
