using ILGPU;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Every operator of every number type gives on the device what it gives on the host.</summary>
public class OperatorTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private struct IntResults
    {
        public int Sum, Difference, Product, Quotient, Remainder, And;
        public int Or, Xor, Left, Right, Unsigned, Complement, Opposite;
        public int Less, LessOrEqual, Greater, GreaterOrEqual, Equal, Unequal, Logic, Nested, Compound, Steps;
    }

    private static IntResults Compute(Pair<int> x)
    {
        IntResults r = default;
        int a = x.A;
        int b = x.B;
        r.Sum = a + b;
        r.Difference = a - b;
        r.Product = a * b;
        r.Quotient = a / b;
        r.Remainder = a % b;
        r.And = a & b;
        r.Or = a | b;
        r.Xor = a ^ b;
        r.Left = a << b;
        r.Right = a >> b;
        r.Unsigned = a >>> b;
        r.Complement = ~a;
        r.Opposite = -a;
        r.Less = a < b ? 1 : 0;
        r.LessOrEqual = a <= b ? 1 : 0;
        r.Greater = a > b ? 1 : 0;
        r.GreaterOrEqual = a >= b ? 1 : 0;
        r.Equal = a == b ? 1 : 0;
        r.Unequal = a != b ? 1 : 0;
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
        public long Sum, Difference, Product, Quotient, Remainder, And, Or;
        public long Xor, Left, Right, Unsigned, Complement, Opposite, Mixed, Nested;
        public int Less, LessOrEqual, Greater, GreaterOrEqual, Equal, Unequal;
    }

    private static LongResults Compute(Pair<long> x)
    {
        LongResults r = default;
        long a = x.A;
        long b = x.B;
        r.Sum = a + b;
        r.Difference = a - b;
        r.Product = a * b;
        r.Quotient = a / b;
        r.Remainder = a % b;
        r.And = a & b;
        r.Or = a | b;
        r.Xor = a ^ b;
        r.Left = a << (int)b;
        r.Right = a >> (int)b;
        r.Unsigned = a >>> (int)b;
        r.Complement = ~a;
        r.Opposite = -a;
        r.Mixed = a + (int)b - (uint)a * 3 + (short)b;
        r.Nested = (a * b + a - 3) * (b - a * 7) - ((a + b) >> 2);
        r.Less = a < b ? 1 : 0;
        r.LessOrEqual = a <= b ? 1 : 0;
        r.Greater = a > b ? 1 : 0;
        r.GreaterOrEqual = a >= b ? 1 : 0;
        r.Equal = a == b ? 1 : 0;
        r.Unequal = a != b ? 1 : 0;
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
        public uint Sum, Difference, Product, Quotient, Remainder, And, Or, Xor, Left, Right, Complement, PlusOne;
        public long Mixed;
        public int Less, LessOrEqual, Greater, GreaterOrEqual, Equal, AgainstInt;
    }

    private static UIntResults Compute(Pair<uint> x)
    {
        UIntResults r = default;
        uint a = x.A;
        uint b = x.B;
        r.Sum = a + b;
        r.Difference = a - b;
        r.Product = a * b;
        r.Quotient = a / b;
        r.Remainder = a % b;
        r.And = a & b;
        r.Or = a | b;
        r.Xor = a ^ b;
        r.Left = a << (int)b;
        r.Right = a >> (int)b;
        r.Complement = ~a;
        r.PlusOne = a + 1;
        r.Mixed = a * (long)(int)b + a + (int)b;
        r.Less = a < b ? 1 : 0;
        r.LessOrEqual = a <= b ? 1 : 0;
        r.Greater = a > b ? 1 : 0;
        r.GreaterOrEqual = a >= b ? 1 : 0;
        r.Equal = a == b ? 1 : 0;
        r.AgainstInt = a < (int)b ? 1 : 0;
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
        public ulong Sum, Difference, Product, Quotient, Remainder, And, Or, Xor, Left, Right, Complement;
        public int Less, LessOrEqual, Greater, GreaterOrEqual, Equal;
    }

    private static ULongResults Compute(Pair<ulong> x)
    {
        ULongResults r = default;
        ulong a = x.A;
        ulong b = x.B;
        r.Sum = a + b;
        r.Difference = a - b;
        r.Product = a * b;
        r.Quotient = a / b;
        r.Remainder = a % b;
        r.And = a & b;
        r.Or = a | b;
        r.Xor = a ^ b;
        r.Left = a << (int)b;
        r.Right = a >> (int)b;
        r.Complement = ~a;
        r.Less = a < b ? 1 : 0;
        r.LessOrEqual = a <= b ? 1 : 0;
        r.Greater = a > b ? 1 : 0;
        r.GreaterOrEqual = a >= b ? 1 : 0;
        r.Equal = a == b ? 1 : 0;
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
        public float Sum, Difference, Product, Quotient, Remainder, Opposite, Zero, Compound, Step;
        public int Less, LessOrEqual, Greater, GreaterOrEqual, Equal, Unequal, NotLess;
    }

    private static FloatResults Compute(Pair<float> x)
    {
        FloatResults r = default;
        float a = x.A;
        float b = x.B;
        r.Sum = a + b;
        r.Difference = a - b;
        r.Product = a * b;
        r.Quotient = a / b;
        r.Remainder = a % b;
        r.Opposite = -a;
        r.Zero = 0f - a;
        r.Compound = a;
        r.Compound += b;
        r.Compound /= 3f;
        r.Step = a;
        r.Step++;
        r.Less = a < b ? 1 : 0;
        r.LessOrEqual = a <= b ? 1 : 0;
        r.Greater = a > b ? 1 : 0;
        r.GreaterOrEqual = a >= b ? 1 : 0;
        r.Equal = a == b ? 1 : 0;
        r.Unequal = a != b ? 1 : 0;
        r.NotLess = !(a < b) ? 1 : 0;
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
        public double Sum, Difference, Product, Quotient, Remainder, Opposite, Mixed;
        public int Less, LessOrEqual, Greater, GreaterOrEqual, Equal, Unequal;
    }

    private static DoubleResults Compute(Pair<double> x)
    {
        DoubleResults r = default;
        double a = x.A;
        double b = x.B;
        r.Sum = a + b;
        r.Difference = a - b;
        r.Product = a * b;
        r.Quotient = a / b;
        r.Remainder = a % b;
        r.Opposite = -a;
        r.Mixed = a + (float)b;
        r.Less = a < b ? 1 : 0;
        r.LessOrEqual = a <= b ? 1 : 0;
        r.Greater = a > b ? 1 : 0;
        r.GreaterOrEqual = a >= b ? 1 : 0;
        r.Equal = a == b ? 1 : 0;
        r.Unequal = a != b ? 1 : 0;
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
