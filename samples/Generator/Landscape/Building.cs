using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Landscape;

/// <summary>
/// A house or tower: upright walls on a rectangle, under a gable or a pyramid roof. A convex body, cut out by planes.
/// </summary>
internal sealed class Building
{
    private readonly Vector3 _ground;
    private readonly Vector3 _along;
    private readonly Vector3 _across;
    private readonly Vector3 _halfSize;
    private readonly (Vector3 Normal, float Offset)[] _planes;
    private readonly int _seed;
    private readonly Vector3 _wall;
    private readonly Vector3 _roof;

    /// <param name="ground">Centre of the ground rectangle.</param>
    /// <param name="size">Length (along the ridge), wall height, depth.</param>
    /// <param name="turn">Radians about the vertical; 0 shows the long side to the camera.</param>
    /// <param name="roofHeight">Ridge above the walls.</param>
    /// <param name="pyramid">Whether the roof leans in from four sides instead of two.</param>
    /// <param name="seed">Draws colours and windows.</param>
    public Building(Vector3 ground, Vector3 size, float turn, float roofHeight, bool pyramid, int seed)
    {
        _ground = ground;
        _halfSize = new Vector3(size.X / 2, size.Y, size.Z / 2);
        _along = new Vector3(MathF.Cos(turn), 0, MathF.Sin(turn));
        _across = new Vector3(-_along.Z, 0, _along.X);
        _seed = seed;
        _wall = Palette(
            seed,
            [
                new(0.78f, 0.72f, 0.62f), new(0.72f, 0.55f, 0.40f), new(0.80f, 0.78f, 0.74f), new(0.62f, 0.36f, 0.27f),
                new(0.75f, 0.66f, 0.42f),
            ]);
        _roof = Palette(
            seed + 1,
            [new(0.42f, 0.17f, 0.11f), new(0.34f, 0.16f, 0.12f), new(0.20f, 0.20f, 0.23f), new(0.48f, 0.24f, 0.15f)]);

        List<(Vector3, float)> planes =
        [
            (_along, _halfSize.X), (-_along, _halfSize.X), (_across, _halfSize.Z), (-_across, _halfSize.Z),
            (-Vector3.UnitY, 3),
        ];
        AddRoof(_across, _halfSize.Z);
        if (pyramid)
            AddRoof(_along, _halfSize.X);
        _planes = [.. planes];
        Bounds = new Sphere(ground + new Vector3(0, (size.Y + roofHeight) / 2, 0), (size / 2).Length() + roofHeight);

        void AddRoof(Vector3 side, float halfWidth)
        {
            foreach (Vector3 direction in new[] { side, -side })
            {
                Vector3 normal = Vector3.Normalize((direction * roofHeight) + (Vector3.UnitY * halfWidth));
                planes.Add((normal, normal.Y * (size.Y + roofHeight)));
            }
        }
    }

    public Sphere Bounds { get; }

    /// <summary>Where a ray enters, and through which plane's outward normal.</summary>
    public (float Distance, Vector3 Normal)? Intersect(Vector3 origin, Vector3 direction, float maximum)
    {
        float enter = 0;
        float leave = maximum;
        Vector3 normal = default;
        Vector3 local = origin - _ground;
        foreach ((Vector3 planeNormal, float offset) in _planes)
        {
            float outside = Vector3.Dot(planeNormal, local) - offset;
            float approach = Vector3.Dot(planeNormal, direction);
            if (Math.Abs(approach) < 1e-6f)
            {
                if (outside > 0)
                    return null;
                continue;
            }
            float distance = -outside / approach;
            if (approach < 0 && distance > enter)
                (enter, normal) = (distance, planeNormal);
            else if (approach > 0)
                leave = Math.Min(leave, distance);
        }
        return enter > 0 && enter < leave ? (enter, normal) : null;
    }

    /// <summary>Colour of a point, and the light that it gives off itself.</summary>
    public (Vector3 Albedo, Vector3 Emission) Look(Vector3 point, Vector3 normal)
    {
        Vector3 local = point - _ground;
        float grime = 0.85f + (0.3f * Noise.Value(point.X * 0.9f, point.Y * 0.9f, point.Z * 0.9f, _seed));
        if (normal.Y > 0.1f)
        {
            float course = 0.88f + (0.12f * MathF.Sin(local.Y * 9));
            return (_roof * grime * course, default);
        }
        bool longSide = Math.Abs(Vector3.Dot(normal, _across)) > 0.5f;
        float across = Vector3.Dot(local, longSide ? _along : _across);
        float half = longSide ? _halfSize.X : _halfSize.Z;
        int columns = Math.Max(1, (int)(half * 2 / 2.7f));
        float u = (across + half) / (half * 2) * columns;
        float v = local.Y / 3.1f;
        int column = (int)MathF.Floor(u);
        int floor = (int)MathF.Floor(v);
        float inColumn = u - column;
        float inFloor = v - floor;
        bool inWindow = inColumn is > 0.33f and < 0.67f && inFloor is > 0.30f and < 0.76f
            && local.Y < _halfSize.Y - 0.4f && local.Y > 0;
        if (!inWindow)
        {
            bool frame = inColumn is > 0.26f and < 0.74f && inFloor is > 0.24f and < 0.82f
                && local.Y < _halfSize.Y - 0.2f;
            return (_wall * grime * (frame ? 1.12f : 1), default);
        }
        int side = longSide ? 1 : 2;
        float draw = Noise.Uniform(column, floor, side, _seed);
        Vector3 glass = new(0.06f, 0.08f, 0.11f);
        if (draw > 0.42f)
            return (glass, default);
        float warmth = Noise.Uniform(column, floor, side + 7, _seed);
        Vector3 lamp = Vector3.Lerp(new Vector3(1f, 0.40f, 0.07f), new Vector3(1f, 0.60f, 0.20f), warmth);
        return (glass, lamp * (1.1f + (1.6f * draw)));
    }

    private static Vector3 Palette(int seed, Vector3[] colors) =>
        colors[(int)(Noise.Uniform(seed, 91) * colors.Length)];
}
