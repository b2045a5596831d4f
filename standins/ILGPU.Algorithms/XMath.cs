namespace ILGPU.Algorithms;

/// <summary>Transcendental functions, usable in kernels and on the host.</summary>
public static class XMath
{
    /// <summary>e raised to <paramref name="value"/>.</summary>
    public static float Exp(float value) => MathF.Exp(value);

    /// <summary>e raised to <paramref name="value"/>.</summary>
    public static double Exp(double value) => Math.Exp(value);

    /// <summary>The natural logarithm.</summary>
    public static float Log(float value) => MathF.Log(value);

    /// <summary>The natural logarithm.</summary>
    public static double Log(double value) => Math.Log(value);

    /// <summary><paramref name="base"/> raised to <paramref name="exp"/>.</summary>
    public static float Pow(float @base, float exp) => MathF.Pow(@base, exp);

    /// <summary><paramref name="base"/> raised to <paramref name="exp"/>.</summary>
    public static double Pow(double @base, double exp) => Math.Pow(@base, exp);

    /// <summary>The reciprocal of the square root.</summary>
    public static float Rsqrt(float value) => 1f / MathF.Sqrt(value);

    /// <summary>The reciprocal of the square root.</summary>
    public static double Rsqrt(double value) => 1d / Math.Sqrt(value);
}
