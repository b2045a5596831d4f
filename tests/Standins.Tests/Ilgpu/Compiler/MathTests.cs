using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Util;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Math functions.</summary>
public class MathTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private const int HalfCount = 1 << 4;
    private static readonly float Offset = 0.75f;
    private static readonly long Large = 1L << 40;

    private struct Exact
    {
        public float Abs, Floor, Ceiling, Truncate, Round, Sqrt, Selected, Constants;
        public int MinInt, MaxInt, ClampInt, AbsInt, IsNaN;
        public uint Bits;
        public float FromBits;
        public double SqrtDouble;
        public long MinLong;
    }

    private static Exact ComputeExact(Pair<float> x)
    {
        Exact r = default;
        int a = (int)x.A;
        int b = (int)x.B;
        r.Abs = MathF.Abs(x.A);
        r.Floor = MathF.Floor(x.A);
        r.Ceiling = MathF.Ceiling(x.A);
        r.Truncate = MathF.Truncate(x.A);
        r.Round = MathF.Round(x.A);
        r.Sqrt = MathF.Sqrt(x.B);
        r.Selected = Utilities.Select(x.A > x.B, x.A, 3f);
        r.Constants = HalfCount * Offset + Large;
        r.MinInt = IntrinsicMath.Min(a, b);
        r.MaxInt = Math.Max(a, 7);
        r.ClampInt = IntrinsicMath.Clamp(a, -3, 5);
        r.AbsInt = Math.Abs(a / 2);
        r.IsNaN = float.IsNaN(x.A) ? 1 : 0;
        r.Bits = float.IsNaN(x.A) ? 0 : Interop.FloatAsInt(x.A);
        r.FromBits = Interop.IntAsFloat(0x40490FDBu);
        r.SqrtDouble = Math.Sqrt((double)x.B);
        r.MinLong = Math.Min((long)a, Large);
        return r;
    }

    private static void ExactKernel(Index1D i, ArrayView<Pair<float>> x, ArrayView<Exact> y) =>
        y[i] = ComputeExact(x[i]);

    /// <summary>Of some edge values and of many others.</summary>
    private static readonly Pair<float>[] Pairs = Device.Pairs(
        [
            1f, -1f, 0.5f, 1.5f, 2.5f, -2.5f, 1e9f, -1e9f, 1e20f, float.PositiveInfinity,
            float.NegativeInfinity, float.NaN, 0f,
        ],
        random => (float)(random.NextDouble() * 20 - 10),
        (_, _) => true);

    [Fact]
    public void Exact_functions_give_the_same_bits() =>
        device.Accelerator.Check<Pair<float>, Exact>(ExactKernel, ComputeExact, Pairs);

    private struct Extremes
    {
        public float Min, Max, Clamp, SystemMin, SystemMax, SystemClamp;
        public double MinDouble, MaxDouble, ClampDouble;
    }

    private static void ExtremesKernel(Index1D i, ArrayView<Pair<float>> x, ArrayView<Extremes> y)
    {
        float a = x[i].A;
        float b = x[i].B;
        Extremes r = default;
        r.Min = IntrinsicMath.Min(a, b);
        r.Max = IntrinsicMath.Max(a, b);
        r.Clamp = IntrinsicMath.Clamp(a, -1f, 2f);
        r.SystemMin = MathF.Min(a, b);
        r.SystemMax = MathF.Max(a, b);
        r.SystemClamp = Math.Clamp(a, -1f, 2f);
        r.MinDouble = Math.Min((double)a, b);
        r.MaxDouble = Math.Max((double)a, b);
        r.ClampDouble = IntrinsicMath.Clamp((double)a, -1.0, 2.0);
        y[i] = r;
    }

    /// <summary>As OpenCL's fmin and fmax and as PTX's min and max, which ILGPU compiles these functions to.</summary>
    private static Extremes ComputeExtremes(Pair<float> x)
    {
        float a = float.IsNaN(x.A) ? x.B : x.A;
        float b = float.IsNaN(x.B) ? x.A : x.B;
        Extremes r = default;
        r.Min = r.SystemMin = MathF.Min(a, b);
        r.Max = r.SystemMax = MathF.Max(a, b);
        r.Clamp = r.SystemClamp = float.IsNaN(x.A) ? 2f : Math.Clamp(x.A, -1f, 2f);
        r.MinDouble = r.Min;
        r.MaxDouble = r.Max;
        r.ClampDouble = r.Clamp;
        return r;
    }

    [Fact]
    public void Of_a_number_and_NaN_a_device_takes_the_number_for_the_smaller_and_the_larger() =>
        device.Accelerator.Check<Pair<float>, Extremes>(ExtremesKernel, ComputeExtremes, Pairs);

    private struct Approximate
    {
        public float Exp, Log, Pow, Rsqrt, Sin, Cos, Tanh, Log2;
        public double ExpDouble, LogDouble, PowDouble;
    }

    private static Approximate ComputeApproximate(float x) => new()
    {
        Exp = XMath.Exp(x),
        Log = XMath.Log(x),
        Pow = XMath.Pow(x, 1.7f),
        Rsqrt = XMath.Rsqrt(x),
        Sin = MathF.Sin(x),
        Cos = MathF.Cos(x),
        Tanh = MathF.Tanh(x),
        Log2 = MathF.Log2(x),
        ExpDouble = Math.Exp(x),
        LogDouble = XMath.Log((double)x),
        PowDouble = Math.Pow(x, 0.3),
    };

    private static void ApproximateKernel(Index1D i, ArrayView<float> x, ArrayView<Approximate> y) =>
        y[i] = ComputeApproximate(x[i]);

    /// <summary>
    /// OpenCL allows up to 16 units in the last place (pow); the values stay away from zeros of the functions.
    /// </summary>
    [Fact]
    public void Transcendental_functions_agree_to_16_units_in_the_last_place()
    {
        float[] values = [0.1f, 0.5f, 0.7f, 1.3f, 2.2f, 5f, 10f, 20f];
        Approximate[] actual = device.Accelerator.Run<float, Approximate>(ApproximateKernel, values);
        for (int i = 0; i < values.Length; i++)
        {
            foreach (System.Reflection.FieldInfo field in typeof(Approximate).GetFields())
            {
                double expected = Convert.ToDouble(field.GetValue(ComputeApproximate(values[i])), null);
                double found = Convert.ToDouble(field.GetValue(actual[i]), null);
                double unit = Math.Abs(expected) * Math.Pow(2, field.FieldType == typeof(float) ? -23 : -52);
                Assert.True(
                    Math.Abs(expected - found) <= 16 * unit,
                    $"{field.Name}({values[i]}): expected {expected}, got {found}");
            }
        }
    }
}
