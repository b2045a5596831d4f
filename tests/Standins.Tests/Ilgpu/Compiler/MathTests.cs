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
        public float Abs, Floor, Ceiling, Truncate, Round, Sqrt, Selected, Constants, CopySign, FusedMultiplyAdd;
        public int MinInt, MaxInt, ClampInt, AbsInt, IsNaN, IsInfinity, IsFinite;
        public uint Bits;
        public float FromBits;
        public double SqrtDouble, CopySignDouble, FusedMultiplyAddDouble;
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
        r.IsInfinity = float.IsInfinity(x.A) ? 1 : double.IsInfinity(x.B) ? 2 : 0;
        r.IsFinite = float.IsFinite(x.A) ? 1 : double.IsFinite(x.B) ? 2 : 0;
        r.CopySign = MathF.CopySign(x.A, x.B);
        r.CopySignDouble = Math.CopySign((double)x.A, x.B);
        r.FusedMultiplyAdd = MathF.FusedMultiplyAdd(x.A, x.B, -x.B);
        r.FusedMultiplyAddDouble = Math.FusedMultiplyAdd((double)x.A, x.B, -x.B);
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
        public float Exp, Exp2, Log, Log2, Log10, Pow, Rsqrt, Cbrt;
        public float Sin, Cos, Tan, Asin, Acos, Atan, Atan2, Sinh, Cosh, Tanh;
        public double ExpDouble, Exp2Double, LogDouble, Log2Double, Log10Double, PowDouble, RsqrtDouble, CbrtDouble;
        public double SinDouble, CosDouble, TanDouble, AsinDouble, AcosDouble, AtanDouble, Atan2Double;
        public double SinhDouble, CoshDouble, TanhDouble;
    }

    private static Approximate ComputeApproximate(float x) => new()
    {
        Exp = XMath.Exp(x),
        Exp2 = float.Exp2(x),
        Log = XMath.Log(x),
        Log2 = MathF.Log2(x),
        Log10 = MathF.Log10(x),
        Pow = XMath.Pow(x, 1.7f),
        Rsqrt = XMath.Rsqrt(x),
        Cbrt = MathF.Cbrt(x),
        Sin = MathF.Sin(x),
        Cos = MathF.Cos(x),
        Tan = MathF.Tan(x),
        Asin = MathF.Asin(x / 32),
        Acos = MathF.Acos(x / 32),
        Atan = MathF.Atan(x),
        Atan2 = MathF.Atan2(x, -3),
        Sinh = MathF.Sinh(x),
        Cosh = MathF.Cosh(x),
        Tanh = MathF.Tanh(x),
        ExpDouble = XMath.Exp((double)x),
        Exp2Double = double.Exp2(x),
        LogDouble = XMath.Log((double)x),
        Log2Double = Math.Log2(x),
        Log10Double = Math.Log10(x),
        PowDouble = XMath.Pow((double)x, 0.3),
        RsqrtDouble = XMath.Rsqrt((double)x),
        CbrtDouble = Math.Cbrt(x),
        SinDouble = Math.Sin(x),
        CosDouble = Math.Cos(x),
        TanDouble = Math.Tan(x),
        AsinDouble = Math.Asin((double)x / 32),
        AcosDouble = Math.Acos((double)x / 32),
        AtanDouble = Math.Atan(x),
        Atan2Double = Math.Atan2(x, -3),
        SinhDouble = Math.Sinh(x),
        CoshDouble = Math.Cosh(x),
        TanhDouble = Math.Tanh(x),
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
