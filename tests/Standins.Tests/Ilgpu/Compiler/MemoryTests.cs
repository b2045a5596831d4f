using ILGPU;
using ILGPU.Runtime;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Views, shared and local memory, local arrays, atomic operations.</summary>
public class MemoryTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private readonly Accelerator _accelerator = device.Accelerator;

    private record struct Quad(float X, float Y, float Z, float W);

    private static float Total(ArrayView<float> values)
    {
        float sum = 0;
        for (int i = 0; i < values.IntLength; i++)
            sum += values[i];
        return sum;
    }

    private static ArrayView<float> Tail(ArrayView<float> values, int count) =>
        values.SubView(values.Length - count, count);

    private static void Scale(ref float value, float factor) => value *= factor;

    private static void ViewKernel(ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<float> middle = x.SubView(4, 8);
        y[0] = Total(middle);
        y[1] = Total(Tail(middle, 3));
        y[2] = middle.SubView(2).SubView(1L)[0];
        ArrayView<Quad> quads = middle.Cast<Quad>();
        y[3] = quads.Length;
        y[4] = quads[1].Y;
        ArrayView<int> bits = x.Cast<int>();
        y[5] = Interop.IntAsFloat((uint)bits[7]);
        y[6] = quads.Cast<float>().IntLength;
        long far = 5;
        y[7] = x[far] + x[(int)far + 1];
        y[8] = 3;
        Scale(ref y[8], 5);
        ref float ninth = ref y[9];
        ninth = 4;
        ninth += y[8];
        y[10] = 1;
        y[10]++;
        y[11] = x.LengthInBytes;
        ArrayView<float> either = x[0] > 100 ? x.SubView(1) : middle;
        y[12] = either[1];
        ArrayView<float> later;
        if (x[1] > 0)
            later = x.SubView(2);
        else
            later = middle;
        y[13] = later[0];
        ArrayView<float> piece;
        if (x[2] > 0)
        {
            ArrayView<float> part = y.SubView(13);
            part[1] = 6;
            piece = part.SubView(1);
            part[2] = piece[0] + 1;
        }
        else
        {
            piece = y;
        }
        piece[0] += 10;
        Quad q = quads[0];
        q.X += q.W;
        y.SubView(16).Cast<Quad>()[0] = q;
    }

    private static void StepKernel(ArrayView<int> x, ArrayView<int> y)
    {
        int i = x[0];
        y[i++] = x[i];
        y[i] = x[i++] + 10 * x[i] + 100 * i--;
        y[--i] += x[i++] + 1000 * i;
    }

    [Fact]
    public void An_index_may_be_stepped_within_an_expression_that_uses_it()
    {
        int[] x = [1, 2, 3, 4, 5];
        int[] y = _accelerator.RunGroups<int, int>(StepKernel, 1, 1, 5, x);
        int[] expected = [y[0], 3 + 2 + 2000, 3 + 40 + 300, y[3], y[4]];
        Assert.Equal(expected, y);
    }

    [Fact]
    public void Views_can_be_cut_cast_and_handed_on()
    {
        float[] x = [.. Enumerable.Range(0, 16).Select(i => i + 0.25f)];
        float[] expected =
        [
            62, 30.75f, 7.25f, 2, 9.25f, 7.25f, 8, 5.25f + 6.25f, 15, 19, 2, 64, 5.25f, 2.25f, 16, 7,
            4.25f + 7.25f, 5.25f, 6.25f, 7.25f,
        ];
        float[] y = _accelerator.RunGroups<float, float>(ViewKernel, 1, 1, 20, x);
        Assert.Equal(expected, y);
    }

    private static void ReverseKernel(ArrayView<int> x, ArrayView<int> y)
    {
        ArrayView<int> front = SharedMemory.Allocate<int>(64);
        ArrayView<int> back = SharedMemory.Allocate<int>(64);
        int lane = Group.IdxX;
        int start = Grid.IdxX * Group.DimX;
        front[lane] = x[start + lane];
        Group.Barrier();
        for (int distance = 1; distance < Group.DimX; distance *= 2)
        {
            int partner = lane ^ distance;
            back[lane] = front[partner] + distance;
            Group.Barrier();
            ArrayView<int> other = front;
            front = back;
            back = other;
        }
        y[start + lane] = front[lane] + SumOfGroup(lane) - SumOfGroup(1);
    }

    private static int SumOfGroup(int value)
    {
        ArrayView<int> partial = SharedMemory.Allocate<int>(64);
        partial[Group.IdxX] = value;
        Group.Barrier();
        for (int half = 32; half > 0; half >>= 1)
        {
            if (Group.IdxX < half)
                partial[Group.IdxX] += partial[Group.IdxX + half];
            Group.Barrier();
        }
        return partial[0];
    }

    [Fact]
    public void Shared_memory_and_barriers_work_in_loops_and_in_helper_functions()
    {
        int[] x = [.. Enumerable.Range(0, 256).Select(i => i * i)];
        int[] expected = new int[256];
        for (int i = 0; i < 256; i++)
            expected[i] = x[i ^ 63] + 63 + 63 * 64 / 2 - 64;
        Assert.Equal(expected, _accelerator.RunGroups<int, int>(ReverseKernel, 4, 64, 256, x));
    }

    private static void LocalKernel(Index1D index, ArrayView<int> x, ArrayView<int> y)
    {
        int[] squares = new int[12];
        for (int i = 0; i < squares.Length; i++)
            squares[i] = i * x[index];
        int[] weights = [3, 1, 4, 1, 5, 9, 2, 6];
        ArrayView<int> history = LocalMemory.Allocate<int>(8);
        for (int i = 0; i < 8; i++)
            history[i] = weights[7 - i] + squares[i];
        int sum = 0;
        for (int i = 0; i < history.IntLength; i++)
            sum = sum * 3 + history[i];
        y[index] = sum + squares[11];
    }

    [Fact]
    public void Local_arrays_belong_to_one_thread()
    {
        int[] x = [.. Enumerable.Range(0, 100)];
        int[] weights = [3, 1, 4, 1, 5, 9, 2, 6];
        int[] expected = Array.ConvertAll(x, n =>
            Enumerable.Range(0, 8).Aggregate(0, (sum, i) => sum * 3 + weights[7 - i] + i * n) + 11 * n);
        Assert.Equal(expected, _accelerator.Run<int, int>(LocalKernel, x));
    }

    private static void HistogramKernel(ArrayView<int> x, ArrayView<int> y)
    {
        ArrayView<int> counts = SharedMemory.Allocate<int>(4);
        if (Group.IdxX < 4)
            counts[Group.IdxX] = 0;
        Group.Barrier();
        Atomic.Add(ref counts[x[Grid.IdxX * Group.DimX + Group.IdxX] & 3], 1);
        Group.Barrier();
        if (Group.IdxX < 4)
            Atomic.Add(ref y[Group.IdxX], counts[Group.IdxX]);
    }

    [Fact]
    public void Atomic_additions_lose_nothing()
    {
        int[] x = [.. Enumerable.Range(0, 512).Select(i => i * 7 / 3)];
        using MemoryBuffer1D<int, Stride1D.Dense> source = _accelerator.Allocate1D(x);
        using MemoryBuffer1D<int, Stride1D.Dense> counts = _accelerator.Allocate1D(new int[4]);
        _accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(HistogramKernel)(
            (8, 64), source.View, counts.View);
        int[] expected = [.. Enumerable.Range(0, 4).Select(kind => x.Count(value => (value & 3) == kind))];
        Assert.Equal(expected, counts.GetAsArray1D());
    }

    private static void TicketKernel(ArrayView<int> x, ArrayView<int> y)
    {
        ArrayView<int> count = SharedMemory.Allocate<int>(1);
        if (Group.IdxX == 0)
            count[0] = 0;
        Group.Barrier();
        int ofAll = Atomic.Add(ref x[0], 1);
        int ofGroup = Atomic.Add(ref count[0], 1);
        y[ofAll] = 1;
        y[Grid.DimX * Group.DimX + Grid.IdxX * Group.DimX + ofGroup] = 2;
    }

    [Fact]
    public void An_atomic_addition_gives_each_its_own_old_value() => Assert.Equal(
        [.. Enumerable.Repeat(1, 256), .. Enumerable.Repeat(2, 256)],
        _accelerator.RunGroups<int, int>(TicketKernel, 4, 64, 512, 0));

    private static void SlotKernel(ArrayView<int> x, ArrayView<int> y)
    {
        int first = x[1];
        int slot = Atomic.Add(ref x[0], 1) + first;
        y[slot] = 10 * x[2];
        y[slot + 1] = x[2];
        ArrayView<int> piece = y.SubView(Atomic.Add(ref x[0], 2), 2);
        piece[0] = 7;
        piece[1] = x[0];
    }

    [Fact]
    public void An_index_that_a_call_determines_is_computed_once()
    {
        int[] y = _accelerator.RunGroups<int, int>(SlotKernel, 1, 1, 8, 5, -4, 3);
        Assert.Equal([30, 3, 7, 8], [y[1], y[2], y[6], y[7]]);
    }

    private static void HashedIndexKernel(Index1D i, ArrayView<int> x, ArrayView<int> y)
    {
        int hash = x[i] * 1_103_515_245 + 12_345;
        int positive = hash - (hash >> 31) * -hash * 2;
        int bin = positive - positive / 16 * 16;
        y[i] = x[bin < 0 ? -bin : bin] + x[(hash * 31 + 7) & 15];
    }

    [Fact]
    public void Indices_from_sums_that_overflow_on_purpose_are_those_of_the_host()
    {
        int[] x = [.. Enumerable.Range(0, 64).Select(i => i * 77_777_777)];
        int[] expected = Array.ConvertAll(x, value =>
        {
            int hash = value * 1_103_515_245 + 12_345;
            int positive = hash - (hash >> 31) * -hash * 2;
            int bin = positive - positive / 16 * 16;
            return x[bin < 0 ? -bin : bin] + x[(hash * 31 + 7) & 15];
        });
        Assert.Equal(expected, _accelerator.Run<int, int>(HashedIndexKernel, x));
    }

    private static int TwiceAt(ArrayView<int> x, int index) => 2 * x[index];

    private static void MovedIndexKernel(ArrayView<int> x, ArrayView<int> y)
    {
        int row = Grid.IdxX * 4;
        int ofTheGroup = TwiceAt(x, row);
        row += 2 * Group.IdxX;
        int first = row * 2 + Grid.IdxY;
        y[first] = ofTheGroup;
        int last = Grid.IdxX * 8;
        last++;
        y[last + 4 * Group.IdxX] = row;
    }

    /// <summary>The decompiler may take a variable that is set twice for two of one name, each set once.</summary>
    [Fact]
    public void An_index_may_move_after_it_was_used()
    {
        int[] x = [.. Enumerable.Range(10, 16)];
        int[] moved = _accelerator.RunGroups<int, int>(MovedIndexKernel, 2, 2, 16, x);
        Assert.Equal(
            [20, 0, 0, 0, 20, 2, 0, 0, 28, 4, 0, 0, 28, 6, 0, 0],
            moved.Select((value, i) => i % 4 < 2 ? value : 0));
    }

    private static void GridKernel(ArrayView<int> y, int pitch, int layer) =>
        y[Grid.IdxZ * layer + Grid.IdxY * pitch + Grid.IdxX * Group.DimX + Group.IdxX] =
            1000 * Grid.IdxZ + 100 * Grid.IdxY + 10 * Grid.IdxX + Group.IdxX;

    [Fact]
    public void Groups_know_their_place_in_a_grid_of_three_dimensions()
    {
        using MemoryBuffer1D<int, Stride1D.Dense> y = _accelerator.Allocate1D<int>(3 * 2 * 8);
        _accelerator.LoadStreamKernel<ArrayView<int>, int, int>(GridKernel)(
            new KernelConfig(new Index3D(2, 2, 3), new Index3D(4, 1, 1)), y.View, 8, 16);
        int[] expected =
        [
            .. Enumerable.Range(0, 48).Select(i => 1000 * (i / 16) + 100 * (i / 8 % 2) + 10 * (i / 4 % 2) + i % 4),
        ];
        Assert.Equal(expected, y.GetAsArray1D());
    }
}
