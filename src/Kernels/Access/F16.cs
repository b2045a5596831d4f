using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Frontend;

namespace IlgpuStyle.Kernels;

/// <summary>
/// Sixteen consecutive floats: one AVX-512 register. Kernels for OpenCL on a CPU hold channels in it.
/// </summary>
/// <remarks>
/// ILGPU takes structs apart into scalars, and a driver's compiler does not put sixteen of them together again as well
/// as its own vector type does. So this one is opaque to it: a struct of one field is that field, here a double, and
/// <see cref="Definitions"/>, put before the OpenCL C that ILGPU writes, says that a double is a float16 and what the
/// operations are. Kernels that use it use no real double; they run on OpenCL only.
/// </remarks>
[InlineArray(8)]
internal struct F16
{
    private double _lanes;

    /// <summary>What the names mean in OpenCL C. One expression an operation, so that a·b + c is contracted.</summary>
    /// <remarks>Comparisons, because OpenCL's fmax and ILGPU's Max drop NaN. The sum is pairwise.</remarks>
    public const string Definitions = """
        #define double float16
        #define f16_add(a, b) ((a) + (b))
        #define f16_subtract(a, b) ((a) - (b))
        #define f16_multiply(a, b) ((a) * (b))
        #define f16_multiply_add(a, b, c) ((a) * (b) + (c))
        #define f16_broadcast(a) ((float16)(a))
        #define f16_floor(a, floor) select((a), (float16)(floor), (a) < (float16)(floor))
        #define f16_rectify(contribution, value) select((float16)(0), (contribution), (value) > (float16)(0))
        #define f16_inverse_root(a) ((float16)(1.0f) / sqrt(a))
        #define f16_interleave_low(a, b) ((float16)( \
            (a).s0, (b).s0, (a).s1, (b).s1, (a).s2, (b).s2, (a).s3, (b).s3, \
            (a).s4, (b).s4, (a).s5, (b).s5, (a).s6, (b).s6, (a).s7, (b).s7))
        #define f16_interleave_high(a, b) ((float16)( \
            (a).s8, (b).s8, (a).s9, (b).s9, (a).sa, (b).sa, (a).sb, (b).sb, \
            (a).sc, (b).sc, (a).sd, (b).sd, (a).se, (b).se, (a).sf, (b).sf))
        #define f16_sum(a) ( \
            (a).s0 + (a).s1 + ((a).s2 + (a).s3) + ((a).s4 + (a).s5 + ((a).s6 + (a).s7)) + \
            ((a).s8 + (a).s9 + ((a).sa + (a).sb) + ((a).sc + (a).sd + ((a).se + (a).sf))))

        """;

    /// <summary>Whether a tensor's channels fill whole vectors, on a device whose kernels have them.</summary>
    public static bool Fit(Engine engine, TensorShape shape) =>
        engine.Class == DeviceClass.Cpu && shape.Channels % 16 == 0;

    [External("f16_add")]
    public static F16 operator +(F16 a, F16 b) => throw OnDevice();

    [External("f16_subtract")]
    public static F16 operator -(F16 a, F16 b) => throw OnDevice();

    [External("f16_multiply")]
    public static F16 operator *(F16 a, F16 b) => throw OnDevice();

    /// <summary>a·b + c, rounded once where the device has such an instruction.</summary>
    [External("f16_multiply_add")]
    public static F16 MultiplyAdd(F16 a, F16 b, F16 c) => throw OnDevice();

    /// <summary>The same value sixteen times.</summary>
    [External("f16_broadcast")]
    public static F16 Broadcast(float value) => throw OnDevice();

    /// <summary>max(a, floor) for each, NaN where a is NaN.</summary>
    [External("f16_floor")]
    public static F16 Floor(F16 a, float floor) => throw OnDevice();

    /// <summary>ReLU's mask: the contribution where the rectified value is positive, else 0.</summary>
    [External("f16_rectify")]
    public static F16 Rectify(F16 contribution, F16 value) => throw OnDevice();

    /// <summary>1/√a for each.</summary>
    [External("f16_inverse_root")]
    public static F16 InverseRoot(F16 a) => throw OnDevice();

    /// <summary>a0, b0, a1, b1 … a7, b7.</summary>
    [External("f16_interleave_low")]
    public static F16 InterleaveLow(F16 a, F16 b) => throw OnDevice();

    /// <summary>a8, b8, a9, b9 … a15, b15.</summary>
    [External("f16_interleave_high")]
    public static F16 InterleaveHigh(F16 a, F16 b) => throw OnDevice();

    /// <summary>The sum of all sixteen, pairwise.</summary>
    [External("f16_sum")]
    public static float Sum(F16 a) => throw OnDevice();

    /// <summary>Transposes 16 × 16 values.</summary>
    /// <remarks>
    /// Interleaving row i with row i + 8 turns the eight bits of a value's place, row and column, by one; four times
    /// exchange row and column.
    /// </remarks>
    /// <param name="rows">16 rows.</param>
    /// <param name="spare">16 vectors to work in.</param>
    public static void Transpose(ArrayView<F16> rows, ArrayView<F16> spare)
    {
        for (int twice = 0; twice < 2; twice++)
        {
            Interleave(rows, spare);
            Interleave(spare, rows);
        }
    }

    private static void Interleave(ArrayView<F16> from, ArrayView<F16> to)
    {
        for (int i = 0; i < 8; i++)
        {
            to[2 * i] = InterleaveLow(from[i], from[i + 8]);
            to[2 * i + 1] = InterleaveHigh(from[i], from[i + 8]);
        }
    }

    private static NotSupportedException OnDevice() => new("An F16 exists in kernels only.");
}
