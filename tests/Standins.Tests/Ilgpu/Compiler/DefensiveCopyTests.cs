using ILGPU;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>What C# copies before a method that may change it is called stays as it was.</summary>
public class DefensiveCopyTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private struct Counter
    {
        public int Count;

        public int Next()
        {
            Count = 3 * Count + 1;
            return Count;
        }

        public readonly int Twice()
        {
            if (Count < 0)
                return 0;
            return 2 * Count;
        }

        // The copy that the compiler warns of is what is tested.
#pragma warning disable CS8656
        public readonly int Peeked()
        {
            int next = Next();
            return 100 * next + Count;
        }
#pragma warning restore CS8656
    }

    private struct Holder
    {
        public Counter Property { get; set; }

        public readonly Counter Fixed;

        public Counter Free;

        public Holder(int count)
        {
            // Within the constructor a readonly field is a variable.
            Fixed.Count = count;
            Fixed.Next();
            Free.Count = count;
        }

        public int NextOfFixed()
        {
            int next = Fixed.Next();
            return 100 * next + Fixed.Count;
        }

        public readonly int NextOfFree()
        {
            int next = Free.Next();
            return 100 * next + Free.Count;
        }
    }

    private static int NextOf(in Counter counter)
    {
        int next = counter.Next();
        return 100 * next + counter.Count + counter.Twice();
    }

    private static int NextOfLocal(int n)
    {
        Counter counter = new() { Count = n };
        ref readonly Counter same = ref counter;
        int next = same.Next();
        return 100 * next + counter.Count;
    }

    private struct Results
    {
        public int OfProperty, OfParameter, OfReadonlyField, OfReadonlyMethod, OfThis, OfLocal, OfElement, Moved;
    }

    private static Results Compute(int n)
    {
        Results r = default;
        Holder holder = new(n) { Property = new Counter { Count = n } };
        int first = holder.Property.Next();
        r.OfProperty = 100 * first + holder.Property.Count;
        Counter counter = new() { Count = n };
        r.OfParameter = NextOf(in counter) + 10_000 * counter.Count;
        r.OfReadonlyField = holder.NextOfFixed() + 10_000 * holder.Fixed.Count;
        r.OfReadonlyMethod = holder.NextOfFree() + 10_000 * holder.Free.Count;
        r.OfThis = counter.Peeked() + 10_000 * counter.Count;
        r.OfLocal = NextOfLocal(n);
        int moved = holder.Free.Next();
        r.Moved = 100 * moved + holder.Free.Count;
        return r;
    }

    private static void CopiesKernel(Index1D i, ArrayView<Counter> x, ArrayView<Results> y)
    {
        Results r = Compute(x[i].Count);
        r.OfElement = NextOf(in x[i]);
        y[i] = r;
    }

    [Fact]
    public void A_method_that_may_change_what_is_readonly_gets_a_copy() => device.Accelerator.Check<Counter, Results>(
        CopiesKernel,
        counter =>
        {
            Results r = Compute(counter.Count);
            r.OfElement = NextOf(in counter);
            return r;
        },
        [new Counter { Count = 1 }, new Counter { Count = 5 }, new Counter { Count = 21 }]);
}
