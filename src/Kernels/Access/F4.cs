using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels;

/// <summary>Four consecutive floats: the unit of 128-bit loads and stores on every device.</summary>
internal struct F4
{
    public float X;
    public float Y;
    public float Z;
    public float W;

    public F4(float x, float y, float z, float w)
    {
        X = x;
        Y = y;
        Z = z;
        W = w;
    }

    public static F4 operator +(F4 a, F4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    public static F4 operator -(F4 a, F4 b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z, a.W - b.W);

    public static F4 operator *(F4 a, F4 b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z, a.W * b.W);

    public static F4 operator /(F4 a, F4 b) => new(a.X / b.X, a.Y / b.Y, a.Z / b.Z, a.W / b.W);

    /// <summary>The same value four times.</summary>
    public static F4 Broadcast(float value) => new(value, value, value, value);

    /// <summary>Stores the four floats so far apart.</summary>
    public static void Scatter(F4 a, ArrayView<float> target, int first, int pitch)
    {
        target[first] = a.X;
        target[first + pitch] = a.Y;
        target[first + 2 * pitch] = a.Z;
        target[first + 3 * pitch] = a.W;
    }

    /// <summary>The absolute value of each.</summary>
    public static F4 Abs(F4 a) => new(
        IntrinsicMath.Abs(a.X), IntrinsicMath.Abs(a.Y), IntrinsicMath.Abs(a.Z), IntrinsicMath.Abs(a.W));

    /// <summary>The square root of each.</summary>
    public static F4 Sqrt(F4 a) => new(MathF.Sqrt(a.X), MathF.Sqrt(a.Y), MathF.Sqrt(a.Z), MathF.Sqrt(a.W));

    /// <summary>The larger of each pair, NaN where either is NaN.</summary>
    public static F4 Max(F4 a, F4 b) => new(Max(a.X, b.X), Max(a.Y, b.Y), Max(a.Z, b.Z), Max(a.W, b.W));

    /// <summary>min(max(a, low), high) for each, NaN where a is NaN.</summary>
    public static F4 Clamp(F4 a, F4 low, F4 high) => new(
        Clamp(a.X, low.X, high.X), Clamp(a.Y, low.Y, high.Y), Clamp(a.Z, low.Z, high.Z), Clamp(a.W, low.W, high.W));

    /// <summary>max(a, floor) for each, NaN where a is NaN.</summary>
    public static F4 Floor(F4 a, float floor) => new(
        Epilogue.Floor(a.X, floor), Epilogue.Floor(a.Y, floor), Epilogue.Floor(a.Z, floor), Epilogue.Floor(a.W, floor));

    /// <summary>−1, 0 or 1 for each, by its sign.</summary>
    public static F4 Sign(F4 a) => new(Sign(a.X), Sign(a.Y), Sign(a.Z), Sign(a.W));

    /// <summary>X + Y + Z + W.</summary>
    public static float Sum(F4 a) => a.X + a.Y + (a.Z + a.W);

    // Selects, since a device's own min and max drop a NaN for the other operand: a run must end where its loss does,
    // not go on from a maximum or a limit.
    private static float Max(float a, float b) => Utilities.Select(a > b, a, Utilities.Select(a <= b, b, a + b));

    private static float Clamp(float a, float low, float high) =>
        Utilities.Select(a < low, low, Utilities.Select(a > high, high, a));

    private static float Sign(float a) => Utilities.Select(a > 0f, 1f, Utilities.Select(a < 0f, -1f, 0f));
}
