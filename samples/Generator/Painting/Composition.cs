using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Painting;

/// <summary>
/// What the painter sees: an evening over fields. For each point of the canvas its region, the paints of that region,
/// and the direction in which the brush moves there. Coordinates: y from 0 (top) to 1, x in the same unit.
/// </summary>
internal static class Composition
{
    private const int Seed = 900;
    private static readonly Vector2 SunPlace = new(0.93f, 0.27f);
    private static readonly Vector2 SecondEddy = new(0.50f, 0.20f);

    private static readonly Vector3 Cobalt = Rgb(0x12, 0x3C, 0x9A);
    private static readonly Vector3 Ultramarine = Rgb(0x17, 0x24, 0x6E);
    private static readonly Vector3 Cerulean = Rgb(0x2E, 0x7F, 0xC0);
    private static readonly Vector3 Turquoise = Rgb(0x4F, 0xB3, 0xB5);
    private static readonly Vector3 PaleBlue = Rgb(0xA9, 0xD0, 0xDC);
    private static readonly Vector3 Cream = Rgb(0xF6, 0xE6, 0xB4);
    private static readonly Vector3 LemonYellow = Rgb(0xFB, 0xE1, 0x4C);
    private static readonly Vector3 ChromeYellow = Rgb(0xF4, 0xB0, 0x1E);
    private static readonly Vector3 Orange = Rgb(0xE5, 0x74, 0x1A);
    private static readonly Vector3 Vermilion = Rgb(0xCF, 0x33, 0x1B);
    private static readonly Vector3 Rose = Rgb(0xE0, 0x8A, 0x86);
    private static readonly Vector3 Violet = Rgb(0x5B, 0x42, 0x8C);
    private static readonly Vector3 Emerald = Rgb(0x1E, 0x7B, 0x4A);
    private static readonly Vector3 Sap = Rgb(0x55, 0x86, 0x26);
    private static readonly Vector3 Viridian = Rgb(0x0E, 0x45, 0x3C);
    private static readonly Vector3 Umber = Rgb(0x3A, 0x22, 0x1B);
    private static readonly Vector3 Ochre = Rgb(0xC1, 0x83, 0x27);

    public enum Region
    {
        Sky,
        Sun,
        FarHills,
        NearHills,
        Field,
        Path,
        Poplar,
        House,
        Roof,
    }

    /// <summary>The canvas as primed.</summary>
    public static Vector3 Primer => Vector3.Lerp(Ochre, Umber, 0.35f);

    public static Region RegionAt(Vector2 p)
    {
        if (InPoplar(p, 0.235f, 0.80f, 0.10f, 0.043f) || InPoplar(p, 0.315f, 0.77f, 0.27f, 0.032f)
            || InPoplar(p, 0.165f, 0.76f, 0.36f, 0.026f))
        {
            return Region.Poplar;
        }
        if ((p - SunPlace).Length() < 0.062f)
            return Region.Sun;
        Region? house = House(p, new Vector2(0.80f, 0.655f), 0.055f, 0.050f)
            ?? House(p, new Vector2(0.895f, 0.668f), 0.040f, 0.040f)
            ?? House(p, new Vector2(0.70f, 0.650f), 0.036f, 0.036f);
        if (house is Region part)
            return part;
        float pathCentre = 0.66f + (0.16f * MathF.Sin((p.Y - 0.66f) * 7.5f)) - (0.42f * (p.Y - 0.66f));
        float pathWidth = 0.008f + (0.20f * MathF.Pow(Math.Max(0, p.Y - 0.66f), 1.25f));
        return p.Y switch
        {
            _ when p.Y > FieldTop(p.X) => Math.Abs(p.X - pathCentre) < pathWidth ? Region.Path : Region.Field,
            _ when p.Y > NearHillTop(p.X) => Region.NearHills,
            _ when p.Y > FarHillTop(p.X) => Region.FarHills,
            _ => Region.Sky,
        };
    }

    /// <summary>
    /// The paint for a stroke at p; <paramref name="draw"/> in 0..1 picks among the neighbours on the palette.
    /// </summary>
    public static Vector3 Paint(Vector2 p, Region region, float draw)
    {
        float mood = 0.5f + (0.75f * Noise.Fractal(p.X * 5, p.Y * 5, 3, Seed));
        float pick = Math.Clamp(mood + (0.55f * (draw - 0.5f)), 0, 1);
        switch (region)
        {
            case Region.Sky:
                return SkyPaint(p, pick);
            case Region.Sun:
                return Mix(pick, LemonYellow, Cream, ChromeYellow);
            case Region.FarHills:
                return Mix(pick + (0.25f * (1 - (p - SunPlace).Length())), Ultramarine, Violet, Cobalt, Violet, Rose);
            case Region.NearHills:
                float crest = Math.Clamp((p.Y - NearHillTop(p.X)) / 0.09f, 0, 1);
                return Vector3.Lerp(
                    Mix(pick, Sap, Emerald, LemonYellow, Sap), Mix(pick, Viridian, Emerald, Cobalt), crest);
            case Region.Path:
                return Mix(pick, Rose, Cream, Ochre, Violet);
            case Region.Poplar:
                return Mix(
                    (0.75f * draw) + (0.35f * mood) - 0.05f, Ultramarine, Viridian, Viridian, Umber, Emerald, Sap);
            case Region.House:
                return Mix(pick, Cream, Cream, PaleBlue, Rose);
            case Region.Roof:
                return Mix(pick, Vermilion, Orange, Umber);
            default:
                return FieldPaint(p, pick, draw);
        }
    }

    /// <summary>The direction of the brush, a unit vector.</summary>
    public static Vector2 Flow(Vector2 p, Region region)
    {
        float wobble = Noise.Fractal(p.X * 3.2f, p.Y * 3.2f, 3, Seed + 20);
        switch (region)
        {
            case Region.Sky:
            case Region.Sun:
                Vector2 flow = Angle(0.55f * MathF.Sin((p.X * 6) + (3.5f * p.Y)) + (1.3f * wobble));
                flow += Eddy(p, SunPlace, 0.19f, 3.4f) + Eddy(p, SecondEddy, 0.12f, -2.6f)
                    + Eddy(p, new Vector2(0.03f, 0.12f), 0.12f, 1.8f);
                return Vector2.Normalize(flow);
            case Region.FarHills:
                return Along(FarHillTop, p.X, wobble * 0.5f);
            case Region.NearHills:
                return Along(NearHillTop, p.X, wobble * 0.9f);
            case Region.Poplar:
                return Angle((MathF.PI / 2) + (0.55f * MathF.Sin((p.Y * 42) + (p.X * 30))) + (0.5f * wobble));
            case Region.House:
                return Angle((MathF.PI / 2) + (0.3f * wobble));
            case Region.Roof:
                return Angle(0.2f * wobble);
            default:
                Vector2 vanishing = new(0.72f, 0.56f);
                Vector2 away = Vector2.Normalize(p - vanishing);
                float bend = 0.9f * wobble;
                return Vector2.Normalize(away + (bend * new Vector2(-away.Y, away.X)));
        }
    }

    private static Vector3 SkyPaint(Vector2 p, float pick)
    {
        float sun = (p - SunPlace).Length();
        float low = Math.Clamp(p.Y / 0.52f, 0, 1);
        Vector3 high = Mix(pick, Ultramarine, Cobalt, Cerulean, Cobalt, Turquoise);
        Vector3 horizon = Mix(pick, Turquoise, PaleBlue, Cream, Rose, ChromeYellow);
        Vector3 color = Vector3.Lerp(high, horizon, Noise.SmoothStep(0.25f, 1.0f, low + (0.3f * (pick - 0.5f))));

        // Rings of light around the sun.
        float ring = 0.5f + (0.5f * MathF.Sin(sun * 62));
        float glow = MathF.Exp(-sun * sun / 0.030f);
        Vector3 halo = Mix(pick + (0.35f * ring) - 0.15f, Orange, ChromeYellow, LemonYellow, Cream);
        color = Vector3.Lerp(color, halo, Math.Clamp(glow * (0.75f + (0.35f * ring)), 0, 1));

        float cloud = Noise.SmoothStep(
            0.06f, 0.30f, Noise.Fractal((p.X * 2.3f) + 4, (p.Y * 5.5f) + (0.5f * MathF.Sin(p.X * 5)), 4, Seed + 40));
        Vector3 cloudPaint = Mix(pick + (0.3f * Math.Max(0, 0.6f - sun)), PaleBlue, Cream, Rose, Cream, ChromeYellow);
        return Vector3.Lerp(color, cloudPaint, 0.85f * cloud * (1 - glow));
    }

    private static Vector3 FieldPaint(Vector2 p, float pick, float draw)
    {
        float depth = Math.Clamp((p.Y - 0.64f) / 0.36f, 0, 1);
        Vector2 fromVanishing = p - new Vector2(0.72f, 0.56f);
        float furrow = 0.5f + (0.5f * MathF.Sin(26 * MathF.Atan2(fromVanishing.X, fromVanishing.Y)));
        Vector3 wheat = Mix((0.7f * pick) + (0.3f * furrow), Ochre, ChromeYellow, LemonYellow, ChromeYellow, Orange);
        Vector3 shade = Mix(pick, Sap, Ochre, Emerald, Violet);
        Vector3 color = Vector3.Lerp(wheat, shade, 0.70f * (1 - furrow) * (0.35f + (0.65f * depth)));
        float poppies = Noise.SmoothStep(0.05f, 0.35f, Noise.Fractal(p.X * 4, p.Y * 8, 3, Seed + 60))
            * Noise.SmoothStep(0.15f, 0.6f, depth);
        return draw < 0.42f * poppies ? Vector3.Lerp(Vermilion, Orange, 0.35f * pick) : color;
    }

    private static bool InPoplar(Vector2 p, float centre, float foot, float top, float halfWidth)
    {
        float up = (foot - p.Y) / (foot - top);
        if (up is < 0 or > 1)
            return false;
        float sway = 0.014f * MathF.Sin((up * 7) + (centre * 40));
        float shape = MathF.Pow(MathF.Sin(MathF.PI * MathF.Pow(Math.Clamp((up * 0.93f) + 0.07f, 0, 1), 0.62f)), 0.8f);
        float ragged = 1 + (0.45f * Noise.Fractal(centre * 90, p.Y * 26, 3, Seed + 80));
        return Math.Abs(p.X - centre - sway) < halfWidth * shape * ragged;
    }

    private static Region? House(Vector2 p, Vector2 foot, float halfWidth, float wall)
    {
        float x = Math.Abs(p.X - foot.X);
        float up = foot.Y - p.Y;
        if (up < 0 || x > halfWidth * 1.12f)
            return null;
        if (up < wall)
            return x < halfWidth ? Region.House : null;
        return up - wall < 0.75f * ((halfWidth * 1.12f) - x) ? Region.Roof : null;
    }

    private static float FarHillTop(float x) =>
        0.505f + (0.075f * Noise.Fractal((x * 1.9f) + 2.3f, 0.5f, 4, Seed + 1)) - (0.03f * MathF.Sin(x * 2.6f));

    private static float NearHillTop(float x) =>
        0.585f + (0.050f * Noise.Fractal((x * 2.4f) + 7.7f, 0.5f, 3, Seed + 2)) + (0.03f * MathF.Sin((x * 3.1f) + 2));

    private static float FieldTop(float x) => 0.660f + (0.012f * MathF.Sin((x * 4.4f) + 1));

    private static Vector2 Along(Func<float, float> line, float x, float turn)
    {
        float slope = (line(x + 0.01f) - line(x - 0.01f)) / 0.02f;
        return Angle(MathF.Atan(slope) + turn);
    }

    private static Vector2 Eddy(Vector2 p, Vector2 centre, float radius, float strength)
    {
        Vector2 away = p - centre;
        float distance = away.Length() + 1e-4f;
        return strength * MathF.Exp(-distance * distance / (2 * radius * radius))
            * new Vector2(-away.Y, away.X) / distance;
    }

    private static Vector2 Angle(float radians) => new(MathF.Cos(radians), MathF.Sin(radians));

    /// <summary>Along a row of paints, half mixed: neighbours stay apart as broken colour.</summary>
    private static Vector3 Mix(float pick, params ReadOnlySpan<Vector3> paints)
    {
        float place = Math.Clamp(pick, 0, 0.999f) * (paints.Length - 1);
        int left = (int)place;
        return Vector3.Lerp(paints[left], paints[left + 1], Noise.SmoothStep(0.25f, 0.75f, place - left));
    }

    private static Vector3 Rgb(int red, int green, int blue) => new Vector3(red, green, blue) / 255;
}
