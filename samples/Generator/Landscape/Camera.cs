using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Landscape;

/// <summary>
/// Takes the photograph: rays through the lens, light on what they meet, the lake's mirror, and the film.
/// </summary>
internal sealed class Camera(Scene scene)
{
    private const int SamplesPerSide = 4;
    private const int Seed = 500;
    private static readonly Vector3 Eye = new(6, 9.5f, 0);

    public Bitmap TakePhotograph(int width, int height)
    {
        Bitmap light = new(width, height);
        Parallel.For(0, height, y =>
        {
            for (int x = 0; x < width; x++)
            {
                Vector3 sum = default;
                for (int sample = 0; sample < SamplesPerSide * SamplesPerSide; sample++)
                {
                    float u = x + (((sample % SamplesPerSide) + Noise.Uniform(x, y, sample, Seed)) / SamplesPerSide);
                    float v = y
                        + (((sample / SamplesPerSide) + Noise.Uniform(x, y, sample, Seed + 1)) / SamplesPerSide);
                    Vector3 color = Look(Eye, Direction(u / width, v / height, (float)height / width), sample);

                    // A lamp in one sample must not outshine the pixel.
                    sum += Vector3.Min(color, new Vector3(6));
                }
                light[x, y] = sum / (SamplesPerSide * SamplesPerSide);
            }
        });
        return Develop(light);
    }

    private static Vector3 Direction(float u, float v, float aspect)
    {
        const float HalfWidth = 0.44f; // tangent of half the horizontal angle of view
        float x = ((2 * u) - 1) * HalfWidth;
        float y = ((1.08f - (2 * v)) * HalfWidth * aspect) + 0.02f;
        return Vector3.Normalize(new Vector3(x, y, 1));
    }

    private Vector3 Look(Vector3 origin, Vector3 direction, int sample)
    {
        float water = direction.Y < -1e-5f ? -origin.Y / direction.Y : float.MaxValue;
        Hit? hit = scene.Trace(origin, direction);
        if (water < (hit?.Distance ?? float.MaxValue))
            return Lake(origin + (water * direction), direction, water);
        return Land(origin, direction, hit);
    }

    private Vector3 Land(Vector3 origin, Vector3 direction, Hit? hit)
    {
        if (hit is not Hit surface)
            return scene.Sky.Look(direction);
        Vector3 point = origin + (surface.Distance * direction) + (surface.Normal * 0.15f);
        float facing = Math.Max(0, Vector3.Dot(surface.Normal, scene.Sky.Sun));
        Vector3 received = Sky.Ambient * (0.45f + (0.55f * surface.Normal.Y));
        received += new Vector3(0.05f, 0.045f, 0.03f) * (1 - surface.Normal.Y);
        if (facing > 0 && scene.SeesSun(point))
            received += scene.Sky.SunLight * facing;
        return scene.Sky.ThroughAir((surface.Albedo * received) + surface.Emission, direction, surface.Distance);
    }

    /// <summary>
    /// The lake mirrors more the flatter one looks; waves tilt the mirror, less where many fall into one pixel.
    /// </summary>
    private Vector3 Lake(Vector3 point, Vector3 direction, float distance)
    {
        float calm = 1 / (1 + (distance * 0.012f));
        float gusts = 0.35f + Noise.SmoothStep(-0.25f, 0.45f, Noise.Fractal(point.X / 60, point.Z / 24, 3, Seed + 5));
        float slopeX = Slope(point.X + 0.05f, point.Z) - Slope(point.X - 0.05f, point.Z);
        float slopeZ = Slope(point.X, point.Z + 0.05f) - Slope(point.X, point.Z - 0.05f);
        float strength = 0.045f * (0.25f + (0.75f * calm)) * gusts;
        Vector3 normal = Vector3.Normalize(new Vector3(-slopeX * strength, 1, -slopeZ * strength * 1.4f));

        float cosine = Math.Max(0.02f, -Vector3.Dot(direction, normal));
        float mirrored = 0.02f + (0.98f * MathF.Pow(1 - cosine, 5));
        Vector3 reflected = Vector3.Reflect(direction, normal);
        reflected.Y = Math.Max(0.004f, reflected.Y);
        reflected = Vector3.Normalize(reflected);
        Vector3 above = point + new Vector3(0, 0.02f, 0);
        Vector3 mirror = Land(above, reflected, scene.Trace(above, reflected));
        Vector3 deep = new(0.035f, 0.075f, 0.085f);
        return scene.Sky.ThroughAir(
            Vector3.Lerp(deep, mirror * new Vector3(0.92f, 0.95f, 0.97f), mirrored), direction, distance);

        static float Slope(float x, float z) =>
            10 * (Noise.Fractal(x / 2.6f, z / 1.5f, 4, Seed + 10, 0.55f)
                + (0.8f * Noise.Fractal(x / 11, z / 6, 2, Seed + 16)));
    }

    /// <summary>Glow around lamps, exposure, a film curve, vignette and grain.</summary>
    private static Bitmap Develop(Bitmap light)
    {
        Bitmap bright = new(light.Width, light.Height);
        for (int y = 0; y < light.Height; y++)
        {
            for (int x = 0; x < light.Width; x++)
                bright[x, y] = Vector3.Max(default, light[x, y] - new Vector3(1.1f));
        }
        Bitmap glow = bright.Blur(2.5f);
        Bitmap wideGlow = bright.Blur(9);
        Bitmap photograph = new(light.Width, light.Height);
        for (int y = 0; y < light.Height; y++)
        {
            for (int x = 0; x < light.Width; x++)
            {
                Vector3 color = light[x, y] + (0.30f * glow[x, y]) + (0.20f * wideGlow[x, y]);
                float dx = ((2f * x) / light.Width) - 1;
                float dy = ((2f * y) / light.Height) - 1;
                color *= 1.12f * (1 - (0.16f * ((dx * dx) + (dy * dy))));
                float grain = 0.014f * (Noise.Uniform(x, y, 1, Seed + 30) + Noise.Uniform(x, y, 2, Seed + 30) - 1);
                Vector3 developed = new(Film(color.X), Film(color.Y), Film(color.Z));
                Vector3 grey = new(Vector3.Dot(developed, new Vector3(0.30f, 0.59f, 0.11f)));
                photograph[x, y] = grey + (1.15f * (developed - grey)) + new Vector3(grain);
            }
        }
        return photograph;

        // Narkowicz, "ACES Filmic Tone Mapping Curve" (2016), then display gamma.
        static float Film(float x) =>
            MathF.Pow(Math.Clamp(x * ((2.51f * x) + 0.03f) / ((x * ((2.43f * x) + 0.59f)) + 0.14f), 0, 1), 1 / 2.2f);
    }
}
