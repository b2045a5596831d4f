using ILGPU;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Every operator of every number type gives on the device what it gives on the host.</summary>
public class OperatorTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    /// <summary>The operators that all number types have.</summary>
    private readonly record struct Arithmetic<T>(T Sum, T Difference, T Product, T Quotient, T Remainder);

    /// <summary>The operators that all integers have.</summary>
    private readonly record struct Bits<T>(T And, T Or, T Xor, T Complement, T Left, T Right);

    /// <summary>Comparisons, 1 where they hold.</summary>
    private readonly record struct Order(
        int Less, int LessOrEqual, int Greater, int GreaterOrEqual, int Equal, int Unequal);

    private static int Bit(bool condition) => condition ? 1 : 0;

    private struct IntResults
    {
        public Arithmetic<int> Arithmetic;
        public Bits<int> Bits;
        public Order Order;
        public int Unsigned, Opposite, Logic, Nested, Compound, Steps;
    }

    private static IntResults Compute(Pair<int> x)
    {
        int a = x.A;
        int b = x.B;
        IntResults r = default;
        r.Arithmetic = new(a + b, a - b, a * b, a / b, a % b);
        r.Bits = new(a & b, a | b, a ^ b, ~a, a << b, a >> b);
        r.Order = new(Bit(a < b), Bit(a <= b), Bit(a > b), Bit(a >= b), Bit(a == b), Bit(a != b));
        r.Unsigned = a >>> b;
        r.Opposite = -a;
        r.Logic = (a > 0 && b > 0) || !(a < b) ? 3 : (a > 5) ^ (b > 5) ? 2 : (a < 0) & (b < 0) | (a == 7) ? 1 : 0;
        r.Nested = (a * b + a - 3) * (b - a * 7) - ((a + b) >> 2);
        r.Compound = a;
        r.Compound += b;
        r.Compound *= 31;
        r.Compound -= a << 3;
        r.Compound ^= b;
        r.Compound >>= 1;
        r.Compound |= 64;
        r.Compound &= ~3;
        r.Compound <<= 2;
        r.Compound /= 3;
        r.Compound %= 1000;
        int c = a;
        int before = c++;
        int after = --b;
        r.Steps = before - 3 * c + 5 * after;
        return r;
    }

    private static void IntKernel(Index1D i, ArrayView<Pair<int>> x, ArrayView<IntResults> r) => r[i] = Compute(x[i]);

    [Fact]
    public void Of_int()
    {
        Pair<int>[] pairs = Device.Pairs(
            [0, 1, -1, 2, 3, -7, 31, 32, 33, -33, 1000, int.MaxValue, int.MinValue, int.MaxValue - 1, 0x55555555],
            random => random.Next(int.MinValue, int.MaxValue) >> random.Next(32),
            (a, b) => b != 0 && !(a == int.MinValue && b == -1));
        device.Accelerator.Check<Pair<int>, IntResults>(IntKernel, Compute, pairs);
    }

    private struct LongResults
    {
        public Arithmetic<long> Arithmetic;
        public Bits<long> Bits;
        public Order Order;
        public long Unsigned, Opposite, Mixed, Nested, Compound, Steps;
    }

    private static LongResults Compute(Pair<long> x)
    {
        long a = x.A;
        long b = x.B;
        LongResults r = default;
        r.Arithmetic = new(a + b, a - b, a * b, a / b, a % b);
        r.Bits = new(a & b, a | b, a ^ b, ~a, a << (int)b, a >> (int)b);
        r.Order = new(Bit(a < b), Bit(a <= b), Bit(a > b), Bit(a >= b), Bit(a == b), Bit(a != b));
        r.Unsigned = a >>> (int)b;
        r.Opposite = -a;
        r.Mixed = a + (int)b - (uint)a * 3 + (short)b;
        r.Nested = (a * b + a - 3) * (b - a * 7) - ((a + b) >> 2);
        r.Compound = a;
        r.Compound += b;
        r.Compound *= 31;
        r.Compound -= a << 3;
        r.Compound ^= (int)b;
        r.Compound >>= 1;
        r.Compound |= 64;
        r.Compound &= ~3L;
        r.Compound <<= 2;
        r.Compound /= 3;
        r.Compound %= 1L << 35;
        long c = a;
        long before = c++;
        long after = --b;
        r.Steps = before - 3 * c + 5 * after;
        return r;
    }

    private static void LongKernel(Index1D i, ArrayView<Pair<long>> x, ArrayView<LongResults> r) =>
        r[i] = Compute(x[i]);

    [Fact]
    public void Of_long()
    {
        Pair<long>[] pairs = Device.Pairs(
            [0, 1, -1, 2, 63, 64, 65, -65, 1L << 40, long.MaxValue, long.MinValue, uint.MaxValue, int.MinValue],
            random => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
            (a, b) => b != 0 && !(a == long.MinValue && b == -1));
        device.Accelerator.Check<Pair<long>, LongResults>(LongKernel, Compute, pairs);
    }

    private struct UIntResults
    {
        public Arithmetic<uint> Arithmetic;
        public Bits<uint> Bits;
        public Order Order;
        public uint PlusOne, Compound, Steps;
        public int LessThanInt;
        public long Mixed;
    }

    private static UIntResults Compute(Pair<uint> x)
    {
        uint a = x.A;
        uint b = x.B;
        UIntResults r = default;
        r.Arithmetic = new(a + b, a - b, a * b, a / b, a % b);
        r.Bits = new(a & b, a | b, a ^ b, ~a, a << (int)b, a >> (int)b);
        r.Order = new(Bit(a < b), Bit(a <= b), Bit(a > b), Bit(a >= b), Bit(a == b), Bit(a != b));
        r.PlusOne = a + 1;
        r.LessThanInt = Bit(a < (int)b);
        r.Mixed = a * (long)(int)b + a + (int)b;
        r.Compound = a;
        r.Compound += b;
        r.Compound *= 31;
        r.Compound -= a << 3;
        r.Compound ^= b;
        r.Compound >>= 1;
        r.Compound |= 64;
        r.Compound &= ~3u;
        r.Compound <<= 2;
        r.Compound /= 3;
        r.Compound %= 0x80000001;
        uint c = a;
        uint before = c++;
        uint after = --b;
        r.Steps = before - 3 * c + 5 * after;
        return r;
    }

    private static void UIntKernel(Index1D i, ArrayView<Pair<uint>> x, ArrayView<UIntResults> r) =>
        r[i] = Compute(x[i]);

    [Fact]
    public void Of_uint()
    {
        Pair<uint>[] pairs = Device.Pairs(
            [0u, 1u, 2u, 31u, 32u, 33u, 1000u, 0x7FFFFFFFu, 0x80000000u, uint.MaxValue],
            random => (uint)random.NextInt64(1L << 32) >> random.Next(32),
            (_, b) => b != 0);
        device.Accelerator.Check<Pair<uint>, UIntResults>(UIntKernel, Compute, pairs);
    }

    private struct ULongResults
    {
        public Arithmetic<ulong> Arithmetic;
        public Bits<ulong> Bits;
        public Order Order;
    }

    private static ULongResults Compute(Pair<ulong> x)
    {
        ulong a = x.A;
        ulong b = x.B;
        ULongResults r = default;
        r.Arithmetic = new(a + b, a - b, a * b, a / b, a % b);
        r.Bits = new(a & b, a | b, a ^ b, ~a, a << (int)b, a >> (int)b);
        r.Order = new(Bit(a < b), Bit(a <= b), Bit(a > b), Bit(a >= b), Bit(a == b), Bit(a != b));
        return r;
    }

    private static void ULongKernel(Index1D i, ArrayView<Pair<ulong>> x, ArrayView<ULongResults> r) =>
        r[i] = Compute(x[i]);

    [Fact]
    public void Of_ulong()
    {
        Pair<ulong>[] pairs = Device.Pairs(
            [0ul, 1ul, 63ul, 64ul, 65ul, 1ul << 40, (ulong)long.MaxValue, 1ul << 63, ulong.MaxValue],
            random => (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
            (_, b) => b != 0);
        device.Accelerator.Check<Pair<ulong>, ULongResults>(ULongKernel, Compute, pairs);
    }

    private struct FloatResults
    {
        public Arithmetic<float> Arithmetic;
        public Order Order;
        public float Opposite, FromZero, Compound, Step, Stepped;
        public int NotLess;
    }

    private static FloatResults Compute(Pair<float> x)
    {
        float a = x.A;
        float b = x.B;
        FloatResults r = default;
        r.Arithmetic = new(a + b, a - b, a * b, a / b, a % b);
        r.Order = new(Bit(a < b), Bit(a <= b), Bit(a > b), Bit(a >= b), Bit(a == b), Bit(a != b));
        r.Opposite = -a;
        r.FromZero = 0f - a;
        r.Compound = a;
        r.Compound += b;
        r.Compound /= 3f;
        r.Step = a++;
        r.Stepped = a + --b;
        r.NotLess = Bit(!(a < b));
        return r;
    }

    private static void FloatKernel(Index1D i, ArrayView<Pair<float>> x, ArrayView<FloatResults> r) =>
        r[i] = Compute(x[i]);

    [Fact]
    public void Of_float()
    {
        Pair<float>[] pairs = Device.Pairs(
            [
                0f, -0f, 1f, -1f, 0.1f, 3f, 1e-40f, 1e30f, -1e30f, float.MaxValue, float.Epsilon,
                float.PositiveInfinity, float.NegativeInfinity, float.NaN,
            ],
            random => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-10, 10))),
            (_, _) => true);
        device.Accelerator.Check<Pair<float>, FloatResults>(FloatKernel, Compute, pairs);
    }

    private struct DoubleResults
    {
        public Arithmetic<double> Arithmetic;
        public Order Order;
        public double Opposite, Mixed;
    }

    private static DoubleResults Compute(Pair<double> x)
    {
        double a = x.A;
        double b = x.B;
        DoubleResults r = default;
        r.Arithmetic = new(a + b, a - b, a * b, a / b, a % b);
        r.Order = new(Bit(a < b), Bit(a <= b), Bit(a > b), Bit(a >= b), Bit(a == b), Bit(a != b));
        r.Opposite = -a;
        r.Mixed = a + (float)b;
        return r;
    }

    private static void DoubleKernel(Index1D i, ArrayView<Pair<double>> x, ArrayView<DoubleResults> r) =>
        r[i] = Compute(x[i]);

    [Fact]
    public void Of_double()
    {
        Pair<double>[] pairs = Device.Pairs(
            [
                0d, -0d, 1d, -1d, 0.1, 3, 1e-310, 1e300, double.MaxValue, double.Epsilon,
                double.PositiveInfinity, double.NegativeInfinity, double.NaN,
            ],
            random => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-10, 10)),
            (_, _) => true);
        device.Accelerator.Check<Pair<double>, DoubleResults>(DoubleKernel, Compute, pairs);
    }
}
