using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Landscape;

/// <summary>
/// A tree seen from afar: a crown as an ellipsoid or a cone with a ragged surface, over a short trunk.
/// </summary>
internal sealed class Tree
{
    private readonly Vector3 _ground;
    private readonly float _height;
    private readonly float _radius;
    private readonly bool _conifer;
    private readonly int _seed;
    private readonly Vector3 _leaves;

    public Tree(Vector3 ground, float height, bool conifer, int seed)
    {
        (_ground, _height, _conifer, _seed) = (ground, height, conifer, seed);
        _radius = height * (conifer ? 0.20f : 0.36f) * (0.85f + (0.3f * Noise.Uniform(seed, 1)));
        float warmth = Noise.Uniform(seed, 2);
        _leaves = conifer
            ? new Vector3(0.07f + (0.03f * warmth), 0.12f, 0.07f)
            : Vector3.Lerp(new Vector3(0.12f, 0.20f, 0.06f), new Vector3(0.34f, 0.24f, 0.06f), warmth * warmth);
        Bounds = new Sphere(ground + new Vector3(0, height / 2, 0), Math.Max(height / 2, _radius) * 1.15f);
    }

    public Sphere Bounds { get; }

    /// <summary>Where a ray meets the crown or trunk, found by stepping through the bounding ball.</summary>
    public (float Distance, Vector3 Normal)? Intersect(Vector3 origin, Vector3 direction, float maximum)
    {
        Vector3 local = origin - Bounds.Center;
        float closest = -Vector3.Dot(local, direction);
        float inside = (Bounds.Radius * Bounds.Radius) - (local + (closest * direction)).LengthSquared();
        if (inside <= 0)
            return null;
        float reach = MathF.Sqrt(inside);
        const int Steps = 14;
        for (int i = 0; i < Steps; i++)
        {
            float distance = closest - reach + (2 * reach * (i + 0.5f) / Steps);
            if (distance <= 0.01f || distance >= maximum)
                continue;
            Vector3 point = origin + (distance * direction);
            if (Inside(point))
            {
                Vector3 outward = point - _ground - new Vector3(0, _height * 0.45f, 0);
                outward.Y *= _conifer ? 0.35f : 0.9f;
                Vector3 ragged = new(Leaf(point, 31) - 0.5f, Leaf(point, 32) - 0.5f, Leaf(point, 33) - 0.5f);
                return (distance, Vector3.Normalize(Vector3.Normalize(outward) + (0.9f * ragged)));
            }
        }
        return null;
    }

    /// <summary>Leaf colour, darker deep in the crown and near its foot.</summary>
    public Vector3 Albedo(Vector3 point)
    {
        float up = Math.Clamp((point.Y - _ground.Y) / _height, 0, 1);
        return _leaves * (0.45f + (0.75f * up)) * (0.6f + (0.8f * Leaf(point, 40)));
    }

    private bool Inside(Vector3 point)
    {
        Vector3 local = point - _ground;
        float up = local.Y / _height;
        if (up is < 0 or > 1.05f)
            return false;
        float across = new Vector2(local.X, local.Z).Length();
        if (up < 0.16f)
            return across < _height * 0.03f;
        float crown;
        if (_conifer)
        {
            float tier = (1 - up) * 7;
            crown = (1 - up) * (0.85f + (0.35f * (tier - MathF.Floor(tier))));
        }
        else
        {
            float y = (up - 0.58f) / 0.43f;
            crown = MathF.Sqrt(Math.Max(0, 1 - (y * y)));
        }
        return across < _radius * crown * (0.62f + (0.62f * Leaf(point, 50)));
    }

    private float Leaf(Vector3 point, int channel)
    {
        float coarse = 3.2f / _radius;
        Vector3 p = point * coarse;
        Vector3 q = point * (coarse * 2.7f);
        return (0.55f * Noise.Value(p.X, p.Y, p.Z, _seed + channel))
            + (0.45f * Noise.Value(q.X, q.Y, q.Z, _seed + channel + 100));
    }
}
