using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Landscape;

/// <summary>
/// An evening sky: light by height and by angle from the low sun, two decks of clouds, and the haze over the land.
/// </summary>
internal sealed class Sky
{
    private readonly int _seed;

    /// <param name="seed">0 for the sample's sky; with others clouds, the sun's place and its light are others.</param>
    public Sky(int seed)
    {
        _seed = 300 + (1000 * seed);
        if (seed == 0)
            return;
        float azimuth = 2 * MathF.PI * Noise.Uniform(seed, 1);
        float height = Noise.Uniform(seed, 2);
        Sun = Vector3.Normalize(
            new Vector3(0.9f * MathF.Cos(azimuth), 0.25f + (0.6f * height), 0.9f * MathF.Sin(azimuth)));
        SunLight = Vector3.Lerp(SunLight, new Vector3(1.9f, 1.75f, 1.55f), height);
    }

    /// <summary>Towards the sun; in the sample low, to the left and behind the camera.</summary>
    public Vector3 Sun { get; } = Vector3.Normalize(new Vector3(-0.80f, 0.40f, -0.42f));

    /// <summary>Sunlight on a surface that faces it: the lower the sun, the warmer.</summary>
    public Vector3 SunLight { get; } = new(2.0f, 1.28f, 0.68f);

    /// <summary>Light of the whole sky on a surface that faces up.</summary>
    public static Vector3 Ambient { get; } = new(0.30f, 0.38f, 0.55f);

    /// <summary>What a ray that meets nothing sees.</summary>
    public Vector3 Look(Vector3 direction)
    {
        Vector3 color = Clear(direction);
        if (direction.Y <= 0.005f)
            return color;
        color = WithClouds(color, direction, 5200, 2300, 0.16f, 0.75f, _seed + 50, new Vector2(0.9f, 0.2f));
        return WithClouds(color, direction, 1900, 1500, 0.02f, 1f, _seed, new Vector2(1f, 0.7f));
    }

    /// <summary>
    /// Air between the eye and a point: what it adds grows with distance, warm towards the sun, blue elsewhere.
    /// </summary>
    public Vector3 ThroughAir(Vector3 color, Vector3 direction, float distance)
    {
        Vector3 transmitted = new(
            MathF.Exp(-distance / 11500), MathF.Exp(-distance / 8800), MathF.Exp(-distance / 6000));
        Vector3 air = 0.80f * Clear(Vector3.Normalize(new Vector3(direction.X, 0.06f, direction.Z)));
        return (color * transmitted) + (air * (Vector3.One - transmitted));
    }

    private Vector3 Clear(Vector3 direction)
    {
        float height = Math.Max(0, direction.Y);
        float towardsSun = Math.Max(0, Vector3.Dot(direction, Sun));
        Vector3 zenith = new(0.10f, 0.20f, 0.46f);
        Vector3 middle = new(0.38f, 0.52f, 0.74f);
        Vector3 horizon = new(0.98f, 0.72f, 0.50f);
        Vector3 color = Vector3.Lerp(zenith, middle, MathF.Exp(-height * 3.4f));
        color = Vector3.Lerp(color, horizon, MathF.Exp(-height * 8.5f) * (0.45f + (0.55f * towardsSun)));
        color += new Vector3(0.85f, 0.42f, 0.14f) * (0.55f * MathF.Pow(towardsSun, 5));
        return color + (new Vector3(1f, 0.72f, 0.4f) * (0.7f * MathF.Pow(towardsSun, 40)));
    }

    private Vector3 WithClouds(
        Vector3 behind, Vector3 direction, float altitude, float size, float cover, float strength, int seed,
        Vector2 stretch)
    {
        Vector2 point = new Vector2(direction.X, direction.Z) * (altitude / direction.Y / size) * stretch;
        float density = Density(point);
        if (density <= 0)
            return behind;
        // Thicker towards the sun means darker here.
        Vector2 towardsSun = Vector2.Normalize(new Vector2(Sun.X, Sun.Z)) * 0.10f;
        float shade = (Density(point + towardsSun) * 0.6f) + (Density(point + (2.5f * towardsSun)) * 0.4f);
        float lit = MathF.Exp(-1.9f * shade);
        float glow = MathF.Pow(Math.Max(0, Vector3.Dot(direction, Sun)), 3);
        Vector3 shadowed = new Vector3(0.36f, 0.35f, 0.46f) + (0.25f * glow * new Vector3(1, 0.5f, 0.25f));
        Vector3 bright = new Vector3(1.25f, 0.96f, 0.74f) + (0.7f * glow * new Vector3(1, 0.6f, 0.3f));
        Vector3 cloud = Vector3.Lerp(shadowed, bright, lit);
        float opacity = strength * (1 - MathF.Exp(-3.2f * density)) * Noise.SmoothStep(0.01f, 0.10f, direction.Y);
        return Vector3.Lerp(behind, cloud, opacity);

        float Density(Vector2 p)
        {
            float warp = 0.35f * Noise.Fractal((p.X * 0.7f) + 9, p.Y * 0.7f, 3, seed + 20);
            float large = Noise.Fractal((p.X * 0.45f) + warp, p.Y * 0.45f, 2, seed + 30);
            float n = Noise.Fractal(p.X + warp, p.Y - warp, 8, seed, 0.54f);
            return Math.Max(0, n + (0.8f * large) - cover) * 1.5f;
        }
    }
}
