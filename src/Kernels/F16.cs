using ILGPU;

namespace IlgpuStyle.Kernels;

/// <summary>
/// Sixteen consecutive floats: one AVX-512 register. Kernels for OpenCL on a CPU hold channels in it.
/// </summary>
/// <remarks>Every operation works element by element, so that the compiler sees one vector instruction.</remarks>
internal struct F16
{
    public float S0;
    public float S1;
    public float S2;
    public float S3;
    public float S4;
    public float S5;
    public float S6;
    public float S7;
    public float S8;
    public float S9;
    public float S10;
    public float S11;
    public float S12;
    public float S13;
    public float S14;
    public float S15;

    public F16(
        float s0, float s1, float s2, float s3,
        float s4, float s5, float s6, float s7,
        float s8, float s9, float s10, float s11,
        float s12, float s13, float s14, float s15)
    {
        S0 = s0;
        S1 = s1;
        S2 = s2;
        S3 = s3;
        S4 = s4;
        S5 = s5;
        S6 = s6;
        S7 = s7;
        S8 = s8;
        S9 = s9;
        S10 = s10;
        S11 = s11;
        S12 = s12;
        S13 = s13;
        S14 = s14;
        S15 = s15;
    }

    public static F16 operator +(F16 a, F16 b) => new(
        a.S0 + b.S0, a.S1 + b.S1, a.S2 + b.S2, a.S3 + b.S3,
        a.S4 + b.S4, a.S5 + b.S5, a.S6 + b.S6, a.S7 + b.S7,
        a.S8 + b.S8, a.S9 + b.S9, a.S10 + b.S10, a.S11 + b.S11,
        a.S12 + b.S12, a.S13 + b.S13, a.S14 + b.S14, a.S15 + b.S15);

    public static F16 operator -(F16 a, F16 b) => new(
        a.S0 - b.S0, a.S1 - b.S1, a.S2 - b.S2, a.S3 - b.S3,
        a.S4 - b.S4, a.S5 - b.S5, a.S6 - b.S6, a.S7 - b.S7,
        a.S8 - b.S8, a.S9 - b.S9, a.S10 - b.S10, a.S11 - b.S11,
        a.S12 - b.S12, a.S13 - b.S13, a.S14 - b.S14, a.S15 - b.S15);

    public static F16 operator *(F16 a, F16 b) => new(
        a.S0 * b.S0, a.S1 * b.S1, a.S2 * b.S2, a.S3 * b.S3,
        a.S4 * b.S4, a.S5 * b.S5, a.S6 * b.S6, a.S7 * b.S7,
        a.S8 * b.S8, a.S9 * b.S9, a.S10 * b.S10, a.S11 * b.S11,
        a.S12 * b.S12, a.S13 * b.S13, a.S14 * b.S14, a.S15 * b.S15);

    /// <summary>The same value sixteen times.</summary>
    public static F16 Broadcast(float value) => new(
        value, value, value, value,
        value, value, value, value,
        value, value, value, value,
        value, value, value, value);

    /// <summary>max(a, floor) for each, NaN where a is NaN.</summary>
    public static F16 Floor(F16 a, float floor) => new(
        Epilogue.Floor(a.S0, floor), Epilogue.Floor(a.S1, floor),
        Epilogue.Floor(a.S2, floor), Epilogue.Floor(a.S3, floor),
        Epilogue.Floor(a.S4, floor), Epilogue.Floor(a.S5, floor),
        Epilogue.Floor(a.S6, floor), Epilogue.Floor(a.S7, floor),
        Epilogue.Floor(a.S8, floor), Epilogue.Floor(a.S9, floor),
        Epilogue.Floor(a.S10, floor), Epilogue.Floor(a.S11, floor),
        Epilogue.Floor(a.S12, floor), Epilogue.Floor(a.S13, floor),
        Epilogue.Floor(a.S14, floor), Epilogue.Floor(a.S15, floor));

    /// <summary>ReLU's mask: the contribution where the rectified value is positive, else 0.</summary>
    public static F16 Rectify(F16 contribution, F16 value) => new(
        Accumulate.Rectify(contribution.S0, value.S0), Accumulate.Rectify(contribution.S1, value.S1),
        Accumulate.Rectify(contribution.S2, value.S2), Accumulate.Rectify(contribution.S3, value.S3),
        Accumulate.Rectify(contribution.S4, value.S4), Accumulate.Rectify(contribution.S5, value.S5),
        Accumulate.Rectify(contribution.S6, value.S6), Accumulate.Rectify(contribution.S7, value.S7),
        Accumulate.Rectify(contribution.S8, value.S8), Accumulate.Rectify(contribution.S9, value.S9),
        Accumulate.Rectify(contribution.S10, value.S10), Accumulate.Rectify(contribution.S11, value.S11),
        Accumulate.Rectify(contribution.S12, value.S12), Accumulate.Rectify(contribution.S13, value.S13),
        Accumulate.Rectify(contribution.S14, value.S14), Accumulate.Rectify(contribution.S15, value.S15));

    /// <summary>a0, b0, a1, b1 … a7, b7.</summary>
    public static F16 InterleaveLow(F16 a, F16 b) => new(
        a.S0, b.S0, a.S1, b.S1, a.S2, b.S2, a.S3, b.S3,
        a.S4, b.S4, a.S5, b.S5, a.S6, b.S6, a.S7, b.S7);

    /// <summary>a8, b8, a9, b9 … a15, b15.</summary>
    public static F16 InterleaveHigh(F16 a, F16 b) => new(
        a.S8, b.S8, a.S9, b.S9, a.S10, b.S10, a.S11, b.S11,
        a.S12, b.S12, a.S13, b.S13, a.S14, b.S14, a.S15, b.S15);

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

    /// <summary>The sum of all sixteen, pairwise.</summary>
    public static float Sum(F16 a) =>
        a.S0 + a.S1 + (a.S2 + a.S3) + (a.S4 + a.S5 + (a.S6 + a.S7))
        + (a.S8 + a.S9 + (a.S10 + a.S11) + (a.S12 + a.S13 + (a.S14 + a.S15)));
}
