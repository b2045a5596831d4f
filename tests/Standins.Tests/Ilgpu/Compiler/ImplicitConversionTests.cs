using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>What C# converts without a cast (arguments, results) has the declared type on the device, too.</summary>
public class ImplicitConversionTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private struct Results
    {
        public float Ratio, Decayed, InRatio, Shared;
        public double DoubleRatio, Narrow;
        public long Product, Grown, FromUInt;
        public int FromByte, Generic;
    }

    // Each with a statement beside its result, so that it becomes a function of its own.
    private static float Ratio(float a, float b)
    {
        if (b == 0)
            return 0;
        return a / b;
    }

    private static float RatioOfReferences(in float a, in float b)
    {
        if (b == 0)
            return 0;
        return a / b;
    }

    private static double Ratio(double a, double b)
    {
        if (b == 0)
            return 0;
        return a / b;
    }

    private static float Decay(float value, int rounds)
    {
        for (int i = 0; i < rounds; i++)
            value *= 0.5f;
        return value;
    }

    private static long Grow(long value, int rounds)
    {
        for (int i = 0; i < rounds; i++)
            value *= 1000;
        return value;
    }

    private static long Product(long a, long b)
    {
        if (a == 0)
            return 0;
        return a * b;
    }

    private static int Doubled(int value, int rounds)
    {
        for (int i = 0; i < rounds; i++)
            value *= 2;
        return value;
    }

    private static T Second<T>(T first, T second, int n)
    {
        if (n == 0)
            return first;
        return second;
    }

    private static Results Compute(int n)
    {
        Results r = default;
        byte small = (byte)n;
        uint large = (uint)n;
        r.Ratio = Ratio(n, 7);
        r.Decayed = Decay(n, 3);
        r.InRatio = RatioOfReferences(n, n + 4);
        r.Shared = Ratio(n, 2) + Ratio(n, n - 1);
        r.DoubleRatio = Ratio((double)n, small);
        r.Narrow = Ratio(n, 3f);
        r.Grown = Grow(n, 4);
        r.Product = Product(n, int.MaxValue);
        r.FromUInt = Product(large, large);
        r.FromByte = Doubled(small, 6);
        r.Generic = (int)(2 * Second<float>(n, n, n) / 3);
        return r;
    }

    private static void ArgumentsKernel(Index1D i, ArrayView<int> x, ArrayView<Results> y) => y[i] = Compute(x[i]);

    [Fact]
    public void An_argument_has_its_parameter_s_type() =>
        device.Accelerator.Check<int, Results>(ArgumentsKernel, Compute, [0, 1, 2, 5, 255, -3, 100_003]);

    private struct Quotients
    {
        public float OfInts, OfBytes, Chosen, ChosenFromOne, ChosenElement;
        public double Double;
        public long Long;
    }

    private static float AsFloat(int n) => n;

    private static float AsFloat(byte n) => n;

    private static double AsDouble(int n) => n;

    private static long AsLong(int n) => n;

    private static Quotients Divide(Pair<int> x)
    {
        Quotients r = default;
        int a = x.A;
        int b = x.B;
        float zero = 0;
        r.OfInts = AsFloat(a) / AsFloat(b);
        r.OfBytes = AsFloat((byte)a) / AsFloat((byte)b);
        r.Double = AsDouble(a) / AsDouble(b);
        r.Long = AsLong(a) * AsLong(b);
        r.Chosen = Utilities.Select<float>(a > 3, a, b) / b;
        r.ChosenFromOne = Utilities.Select(a > 3, a, 2.5f) / b;
        r.ChosenElement = Keep(ref zero, a, b);
        return r;
    }

    private static float Keep(ref float place, int a, int b)
    {
        place += a;
        return Utilities.Select(a > b, place, 0f) + Utilities.Select(a > b, 1f, place);
    }

    private static void ResultsKernel(Index1D i, ArrayView<Pair<int>> x, ArrayView<Quotients> y) => y[i] = Divide(x[i]);

    [Fact]
    public void A_result_has_its_method_s_type() => device.Accelerator.Check<Pair<int>, Quotients>(
        ResultsKernel, Divide, [new(1, 2), new(7, 3), new(-9, 4), new(200, 255), new(int.MaxValue, 1001)]);

    private static void SelectKernel(Index1D i, ArrayView<Pair<int>> x, ArrayView<Pair<int>> y)
    {
        ref Pair<int> pair = ref x[i];
        ref int first = ref y.Cast<int>()[2 * i];
        Pair<int> other = new(pair.B, Utilities.Select(i.X > 5, first, 0));
        y[i] = Utilities.Select(pair.A > pair.B, pair, other);
        y[i] = pair.A > 100 ? pair : y[i];
    }

    [Fact]
    public void A_choice_may_be_between_values_from_different_memories() => Assert.Equal(
        [new Pair<int>(5, 0), new(7, 6), new(101, 200)],
        device.Accelerator.Run<Pair<int>, Pair<int>>(SelectKernel, new Pair<int>(3, 5), new(7, 6), new(101, 200)));
}
