using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Compiler;
using ILGPU.Util;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Structs of floats are vectors on the device, without any difference in what they compute.</summary>
public class VectorTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private struct V4
    {
        public float X, Y, Z, W;

        public V4(float x, float y, float z, float w)
        {
            X = x;
            Y = y;
            Z = z;
            W = w;
        }

        public V4(float all)
        {
            X = all;
            Y = all;
            Z = all;
            W = all;
        }

        public static V4 operator +(V4 a, V4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

        public static V4 operator -(V4 a, V4 b)
        {
            V4 r;
            r.X = a.X - b.X;
            r.Y = a.Y - b.Y;
            r.Z = a.Z - b.Z;
            r.W = a.W - b.W;
            return r;
        }

        public static V4 operator *(V4 a, V4 b) => new() { X = a.X * b.X, Y = a.Y * b.Y, Z = a.Z * b.Z, W = a.W * b.W };

        public static V4 operator *(float s, V4 a) => new(s * a.X, s * a.Y, s * a.Z, s * a.W);

        public static V4 operator -(V4 a) => new(-a.X, -a.Y, -a.Z, -a.W);

        public static V4 MultiplyAdd(in V4 a, in V4 b, in V4 c) => a * b + c;

        public static V4 Max(V4 a, V4 b) =>
            new(MathF.Max(a.X, b.X), MathF.Max(a.Y, b.Y), MathF.Max(a.Z, b.Z), MathF.Max(a.W, b.W));

        public static V4 Positive(V4 a) =>
            new(Rectify(a.X, a.X), Rectify(a.Y, a.Y), Rectify(a.Z, a.Z), Rectify(a.W, a.W));

        public override readonly string ToString() => $"({X}, {Y}, {Z}, {W})";

        public readonly V4 Reversed => new(W, Z, Y, X);

        public readonly float Sum => X + Y + (Z + W);

        public void Add(V4 b)
        {
            X += b.X;
            Y += b.Y;
            Z += b.Z;
            W += b.W;
        }

        // Each component reads one that was changed just before: no vector operation.
        public void Accumulate()
        {
            X = X + W;
            Y = Y + X;
            Z = Z + Y;
            W = W + Z;
        }

        // The shared factor is a component of the target: no vector operation either.
        public void ScaleByFirst()
        {
            X = X * X;
            Y = Y * X;
            Z = Z * X;
            W = W * X;
        }

        public static V4 PositiveBy(V4 a, float s) =>
            new(Rectify(a.X, s), Rectify(a.Y, s), Rectify(a.Z, s), Rectify(a.W, s));

        public static V4 OrHalves(V4 a, float s) =>
            new(OrHalf(a.X, s), OrHalf(a.Y, s), OrHalf(a.Z, s), OrHalf(a.W, s));

        // The factor is a component of the target under another name.
        public static V4 ScaledByFirst(V4 v)
        {
            ref float first = ref v.X;
            v.X = 2 * first;
            v.Y = 2 * first;
            v.Z = 2 * first;
            v.W = 2 * first;
            return v;
        }

        // The target is another name of what its components come from.
        public static V4 Rotated(V4 v)
        {
            ref V4 target = ref Same(ref v);
            target.X = v.Y;
            target.Y = v.Z;
            target.Z = v.W;
            target.W = v.X;
            return v;
        }

        private static ref V4 Same(ref V4 v) => ref v;

        private static float OrHalf(float value, float by) => (by > 0f ? value : 0.5f) + by;

        private static float Rectify(float value, float by) => Utilities.Select(by > 0f, value, 0f);
    }

    private struct Tile
    {
        public V4 Low, High;

        public void Add(float s, V4 a)
        {
            Low = Low + s * a;
            High = High + new V4(s) * a;
        }
    }

    private static void Touch(ref float component) => component += 100;

    private struct Results
    {
        public V4 Sum, Difference, Product, Scaled, Opposite, MultiplyAdd, Max;
        public V4 Positive, Reversed, Mixed, Added, Accumulated, ByFirst, Tile, Touched;
        public V4 PositiveBy, OrHalves, ScaledByFirst, Rotated;
        public float Total, Component;
    }

    private static Results Compute(Pair<V4> x)
    {
        Results r = default;
        V4 a = x.A;
        V4 b = x.B;
        r.Sum = a + b;
        r.Difference = a - b;
        r.Product = a * b;
        r.Scaled = 0.5f * a;
        r.Opposite = -a;
        r.MultiplyAdd = V4.MultiplyAdd(a, b, new V4(8));
        r.Max = V4.Max(a, b);
        r.Positive = V4.Positive(a);
        r.Reversed = a.Reversed;
        r.Mixed = new V4(a.X, 1, b.Z, a.W + 2);
        r.Added = a;
        r.Added.Add(b);
        r.Accumulated = a;
        r.Accumulated.Accumulate();
        r.ByFirst = a;
        r.ByFirst.ScaleByFirst();
        Tile tile = default;
        tile.Add(a.Y, b);
        tile.Add(2, b);
        r.Tile = tile.Low - tile.High + tile.High + tile.High;
        r.Touched = b;
        Touch(ref r.Touched.Z);
        r.Touched.W = a.Y;
        r.PositiveBy = V4.PositiveBy(a, b.X);
        r.OrHalves = V4.OrHalves(a, b.X);
        r.ScaledByFirst = V4.ScaledByFirst(a);
        r.Rotated = V4.Rotated(a);
        r.Total = a.Sum;
        r.Component = (a + b).Z;
        return r;
    }

    private static void VectorKernel(Index1D i, ArrayView<Pair<V4>> x, ArrayView<Results> y) => y[i] = Compute(x[i]);

    /// <summary>The numbers are small multiples of ¼, so that every result is exact, contracted or not.</summary>
    [Fact]
    public void Vectors_compute_what_structs_of_floats_do()
    {
        Random random = new(5);
        float Number() => random.Next(-40, 40) / 4f;
        V4 Vector() => new(Number(), Number(), Number(), Number());
        Pair<V4>[] pairs = [.. Enumerable.Range(0, 64).Select(_ => new Pair<V4>(Vector(), Vector()))];
        device.Accelerator.Check<Pair<V4>, Results>(VectorKernel, Compute, pairs);
    }

    private struct V2
    {
        public float X, Y;

        public static V2 operator +(V2 a, V2 b)
        {
            V2 r = default;
            r.X = a.X + b.X;
            r.Y = a.Y + b.Y;
            return r;
        }

        public static V2 operator *(float s, V2 a)
        {
            V2 r = default;
            r.X = s * a.X;
            r.Y = s * a.Y;
            return r;
        }
    }

    private struct V8
    {
        public float A, B, C, D, E, F, G, H;

        public static V8 operator +(V8 a, V8 b)
        {
            V8 r = default;
            r.A = a.A + b.A;
            r.B = a.B + b.B;
            r.C = a.C + b.C;
            r.D = a.D + b.D;
            r.E = a.E + b.E;
            r.F = a.F + b.F;
            r.G = a.G + b.G;
            r.H = a.H + b.H;
            return r;
        }

        public static V8 operator *(float s, V8 a)
        {
            V8 r = default;
            r.A = s * a.A;
            r.B = s * a.B;
            r.C = s * a.C;
            r.D = s * a.D;
            r.E = s * a.E;
            r.F = s * a.F;
            r.G = s * a.G;
            r.H = s * a.H;
            return r;
        }
    }

    private struct V16
    {
        public float A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P;

        public static V16 operator +(V16 a, V16 b)
        {
            V16 r = default;
            r.A = a.A + b.A;
            r.B = a.B + b.B;
            r.C = a.C + b.C;
            r.D = a.D + b.D;
            r.E = a.E + b.E;
            r.F = a.F + b.F;
            r.G = a.G + b.G;
            r.H = a.H + b.H;
            r.I = a.I + b.I;
            r.J = a.J + b.J;
            r.K = a.K + b.K;
            r.L = a.L + b.L;
            r.M = a.M + b.M;
            r.N = a.N + b.N;
            r.O = a.O + b.O;
            r.P = a.P + b.P;
            return r;
        }

        public static V16 operator *(float s, V16 a)
        {
            V16 r = default;
            r.A = s * a.A;
            r.B = s * a.B;
            r.C = s * a.C;
            r.D = s * a.D;
            r.E = s * a.E;
            r.F = s * a.F;
            r.G = s * a.G;
            r.H = s * a.H;
            r.I = s * a.I;
            r.J = s * a.J;
            r.K = s * a.K;
            r.L = s * a.L;
            r.M = s * a.M;
            r.N = s * a.N;
            r.O = s * a.O;
            r.P = s * a.P;
            return r;
        }
    }

    private struct Wide
    {
        public V2 Two;
        public V8 Eight;
        public V16 Sixteen;
    }

    private static Wide Combine(Pair<Wide> x)
    {
        Wide r = default;
        r.Two = x.A.Two + 0.5f * x.B.Two;
        r.Two.Y += r.Two.X;
        r.Eight = x.A.Eight + x.B.Eight.H * x.B.Eight;
        Touch(ref r.Eight.F);
        r.Sixteen = 2f * x.A.Sixteen + x.B.Sixteen;
        r.Sixteen.P += r.Sixteen.K;
        r.Sixteen.A = x.A.Eight.C;
        return r;
    }

    private static void WideKernel(Index1D i, ArrayView<Pair<Wide>> x, ArrayView<Wide> y) => y[i] = Combine(x[i]);

    [Fact]
    public void Vectors_of_2_8_and_16_compute_what_structs_of_floats_do()
    {
        Random random = new(6);
        float[] numbers = [.. Enumerable.Range(0, 20 * 2 * 26).Select(_ => random.Next(-40, 40) / 4f)];
        device.Accelerator.Check<Pair<Wide>, Wide>(
            WideKernel, Combine, MemoryMarshal.Cast<float, Pair<Wide>>(numbers).ToArray());
    }

    private static void RotateKernel(Index1D index, ArrayView<V4> x, ArrayView<V4> y)
    {
        y[index] = x[index];
        y[index].X = y[0].Y;
        y[index].Y = y[0].Z;
        y[index].Z = y[0].W;
        y[index].W = y[0].X;
    }

    [Fact]
    public void Components_are_stored_one_by_one_where_a_later_one_may_be_read_from_them() => Assert.Equal(
        [new V4(2, 3, 4, 2)], device.Accelerator.Run<V4, V4>(RotateKernel, new V4(1, 2, 3, 4)));

    private static void MultiplyAddKernel(ArrayView<V4> x, ArrayView<V4> y)
    {
        V4 sum = new(0);
        for (int i = 0; i < 10; i++)
            sum += x[i].X * x[i + 1];
        y[0] = V4.MultiplyAdd(sum, x[1], V4.Max(x[0], V4.Positive(x[2])));
    }

    [Fact]
    public void Component_by_component_code_becomes_vector_arithmetic_in_one_expression()
    {
        string wide = Source(nameof(WideKernel), KernelIndexKind.Index1D);
        Assert.Contains("float2 V2 ", wide, StringComparison.Ordinal);
        Assert.Contains("float8 V8 ", wide, StringComparison.Ordinal);
        Assert.Contains("float16 V16 ", wide, StringComparison.Ordinal);
        string source = Source(nameof(MultiplyAddKernel));
        Assert.Contains("typedef float4 V4 __attribute__((aligned(4)));", source, StringComparison.Ordinal);
        Assert.Contains("sum = sum + x.data[i].s0 * x.data[(long)i + 1L];", source, StringComparison.Ordinal);
        Assert.Contains("y.data[0] = sum * x.data[1] + fmax(x.data[0], ", source, StringComparison.Ordinal);
        Assert.DoesNotContain(".s1", source, StringComparison.Ordinal);
    }

    private static string Source(string kernel, KernelIndexKind indexKind = KernelIndexKind.Explicit) =>
        KernelCompiler.Compile(
            typeof(VectorTests).GetMethod(kernel, BindingFlags.Static | BindingFlags.NonPublic)!,
            indexKind,
            false).Source;
}
