namespace IlgpuStyle.Samples.Generator;

/// <summary>Seeded noise over the plane and space, and sums of it over octaves (fractional Brownian motion).</summary>
/// <remarks>
/// Source: Perlin, "Improving Noise" (2002): the quintic fade; gradients and values come from an integer hash.
/// </remarks>
internal static class Noise
{
    /// <summary>Uniform in 0..1, a pure function of its arguments.</summary>
    public static float Uniform(int x, int y, int z = 0, int seed = 0) => Hash(x, y, z, seed) * (1f / 4294967296f);

    /// <summary>Gradient noise, about −0.7..0.7, zero on the integer grid, features of size 1.</summary>
    public static float Gradient(float x, float y, int seed)
    {
        int column = (int)MathF.Floor(x);
        int row = (int)MathF.Floor(y);
        float u = x - column;
        float v = y - row;
        float top = Lerp(Slope(column, row, u, v, seed), Slope(column + 1, row, u - 1, v, seed), Fade(u));
        float bottom = Lerp(
            Slope(column, row + 1, u, v - 1, seed), Slope(column + 1, row + 1, u - 1, v - 1, seed), Fade(u));
        return Lerp(top, bottom, Fade(v));
    }

    /// <summary>Value noise in space, 0..1.</summary>
    public static float Value(float x, float y, float z, int seed)
    {
        int i = (int)MathF.Floor(x);
        int j = (int)MathF.Floor(y);
        int k = (int)MathF.Floor(z);
        float u = Fade(x - i);
        float v = Fade(y - j);
        float w = Fade(z - k);
        return Lerp(Plane(k), Plane(k + 1), w);

        float Plane(int layer) => Lerp(
            Lerp(Uniform(i, j, layer, seed), Uniform(i + 1, j, layer, seed), u),
            Lerp(Uniform(i, j + 1, layer, seed), Uniform(i + 1, j + 1, layer, seed), u),
            v);
    }

    /// <summary>
    /// Octaves of gradient noise, each twice as fine and <paramref name="gain"/> as strong as the one before.
    /// </summary>
    public static float Fractal(float x, float y, int octaves, int seed, float gain = 0.5f)
    {
        float sum = 0;
        float amplitude = 1;
        for (int octave = 0; octave < octaves; octave++)
        {
            sum += amplitude * Gradient(x, y, seed + octave);
            amplitude *= gain;

            // Turned by the angle of the 3-4-5 triangle, so that the grids of the octaves do not line up.
            (x, y) = ((1.6f * x) - (1.2f * y), (1.2f * x) + (1.6f * y));
        }
        return sum;
    }

    /// <summary>Octaves of 1 − |noise|, sharpened: mountain ridges, 0..1. Valleys stay smooth.</summary>
    public static float Ridged(float x, float y, int octaves, int seed)
    {
        float sum = 0;
        float amplitude = 0.5f;
        float above = 1;
        for (int octave = 0; octave < octaves; octave++)
        {
            float ridge = 1 - MathF.Min(1, 1.6f * MathF.Abs(Gradient(x, y, seed + octave)));
            ridge *= ridge * above;
            sum += amplitude * ridge;
            above = ridge;
            amplitude *= 0.5f;
            (x, y) = ((1.6f * x) - (1.2f * y), (1.2f * x) + (1.6f * y));
        }
        return sum;
    }

    /// <summary>
    /// 0 at <paramref name="from"/> and before, 1 at <paramref name="to"/> and beyond, smooth between; either may be
    /// the larger.
    /// </summary>
    public static float SmoothStep(float from, float to, float x)
    {
        float t = Math.Clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - (2 * t));
    }

    /// <summary>Linear interpolation.</summary>
    public static float Lerp(float a, float b, float t) => a + ((b - a) * t);

    private static float Fade(float t) => t * t * t * ((t * ((t * 6) - 15)) + 10);

    private static float Slope(int column, int row, float dx, float dy, int seed)
    {
        // Eight directions suffice once octaves are summed.
        uint direction = Hash(column, row, 0, seed) >> 29;
        float x = (direction & 1) == 0 ? dx : -dx;
        float y = (direction & 2) == 0 ? dy : -dy;
        return (direction & 4) == 0 ? (0.92f * x) + (0.38f * y) : (0.38f * x) + (0.92f * y);
    }

    private static uint Hash(int x, int y, int z, int seed)
    {
        uint h = ((uint)x * 0x9E3779B1u) ^ ((uint)y * 0x85EBCA77u) ^ ((uint)z * 0xC2B2AE3Du)
            ^ ((uint)seed * 0x27D4EB2Fu);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = (h ^ (h >> 12)) * 0x297A2D39u;
        return h ^ (h >> 15);
    }
}
