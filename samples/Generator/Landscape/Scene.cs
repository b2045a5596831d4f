using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Landscape;

/// <summary>Everything that a ray can meet: the ground, a lakeside town, trees. Drawn once from a seed.</summary>
internal sealed class Scene
{
    private readonly int _seed;
    private readonly Terrain _terrain;
    private readonly List<Building> _buildings = [];
    private readonly List<Tree> _trees = [];
    private readonly BallTree _balls;

    /// <param name="seed">0 for the sample.</param>
    public Scene(int seed)
    {
        _seed = 77 + (1000 * seed);
        _terrain = new Terrain(seed);
        Sky = new Sky(seed);
        BuildTown();
        PlantTrees();
        _balls = new BallTree([.. _buildings.Select(b => b.Bounds), .. _trees.Select(t => t.Bounds)]);
    }

    /// <summary>What is above and behind all of it.</summary>
    public Sky Sky { get; }

    /// <summary>The first thing along a ray: distance, normal, colour, own light; null for the sky.</summary>
    public Hit? Trace(Vector3 origin, Vector3 direction, float maximum = 20_000)
    {
        Hit? hit = null;
        if (_terrain.Intersect(origin, direction, maximum) is float distance)
        {
            Vector3 point = origin + (distance * direction);
            Vector3 normal = _terrain.Normal(point.X, point.Z, distance);
            hit = new Hit(distance, normal, Ground(point, normal), default);
            maximum = distance;
        }
        _balls.Visit(origin, direction, maximum, i =>
        {
            if (i < _buildings.Count)
            {
                if (_buildings[i].Intersect(origin, direction, maximum) is (float distance, Vector3 normal))
                {
                    (Vector3 albedo, Vector3 emission) = _buildings[i].Look(origin + (distance * direction), normal);
                    hit = new Hit(distance, normal, albedo, emission);
                    maximum = distance;
                }
            }
            else
            {
                Tree tree = _trees[i - _buildings.Count];
                if (tree.Intersect(origin, direction, maximum) is (float distance, Vector3 normal))
                {
                    hit = new Hit(distance, normal, tree.Albedo(origin + (distance * direction)), default);
                    maximum = distance;
                }
            }
            return maximum;
        });
        return hit;
    }

    /// <summary>Whether nothing stands between a point and the sun.</summary>
    public bool SeesSun(Vector3 point)
    {
        if (_terrain.Intersect(point, Sky.Sun, 4000) is not null)
            return false;
        bool free = true;
        _balls.Visit(point, Sky.Sun, 400, i =>
        {
            free &= i < _buildings.Count
                ? _buildings[i].Intersect(point, Sky.Sun, 400) is null
                : _trees[i - _buildings.Count].Intersect(point, Sky.Sun, 400) is null;
            return free ? 400 : 0;
        });
        return free;
    }

    private Vector3 Ground(Vector3 point, Vector3 normal)
    {
        float patch = Noise.Fractal(point.X / 60, point.Z / 60, 5, _seed);
        float fine = Noise.Fractal(point.X / 3.1f, point.Z / 3.1f, 4, _seed + 9);
        Vector3 meadow = Vector3.Lerp(
            new Vector3(0.13f, 0.17f, 0.05f), new Vector3(0.30f, 0.27f, 0.10f), Noise.SmoothStep(-0.35f, 0.45f, patch));
        Vector3 forest = new(0.045f, 0.075f, 0.035f);
        Vector3 rock = Vector3.Lerp(new Vector3(0.25f, 0.22f, 0.20f), new Vector3(0.40f, 0.36f, 0.32f), 0.5f + fine);
        Vector3 sand = new(0.44f, 0.38f, 0.28f);
        Vector3 snow = new(0.86f, 0.88f, 0.92f);

        float wooded = Noise.SmoothStep(-0.10f, 0.12f, Woods(point.X, point.Z)) * Noise.SmoothStep(14, 40, point.Y);
        Vector3 color = Vector3.Lerp(meadow, forest * (0.8f + (0.9f * Math.Max(0, 0.5f + fine))), wooded);
        color *= 1 + (0.35f * fine);
        float steep = Noise.SmoothStep(0.80f, 0.62f, normal.Y + (0.10f * fine));
        color = Vector3.Lerp(
            color,
            rock,
            Math.Max(steep * Noise.SmoothStep(60, 200, point.Y), Noise.SmoothStep(260, 420, point.Y + (120 * patch))));
        color = Vector3.Lerp(
            color,
            snow,
            Noise.SmoothStep(390, 520, point.Y + (130 * patch)) * Noise.SmoothStep(0.50f, 0.72f, normal.Y));
        return Vector3.Lerp(sand * (1 + (0.3f * fine)), color, Noise.SmoothStep(0.4f, 1.5f, point.Y + (0.6f * fine)));
    }

    /// <summary>Above 0 where trees grow close together.</summary>
    private float Woods(float x, float z) => Noise.Fractal(x / 210, z / 210, 5, _seed + 30);

    private void BuildTown()
    {
        Random random = new(_seed);
        for (int row = 0; row < 4; row++)
        {
            float x = -128;
            while (x < 150)
            {
                float length = Between(random, 9, 17);
                x += length;
                float inland = 7 + (row * 24) + Between(random, 0, 7);
                float z = _terrain.ShoreAt(x) + inland;
                bool skip = random.NextDouble() < 0.16 + (0.12 * row) || Math.Abs(x - 22) < 13;
                float wallHeight = 3.1f * (2 + random.Next(3));
                Vector3 size = new(length, wallHeight, Between(random, 8, 12));
                float turn = Between(random, -0.22f, 0.22f) + (random.NextDouble() < 0.3 ? MathF.PI / 2 : 0);
                float roof = Between(random, 2.6f, 4.6f);
                if (!skip)
                    Add(x, z, size, turn, roof, false);
                x += Between(random, 1.5f, 7f);
            }
        }
        // A church: nave, tower and spire.
        float churchZ = _terrain.ShoreAt(22) + 26;
        Add(30, churchZ, new Vector3(24, 10, 11), 0.06f, 7, false);
        Add(16, churchZ, new Vector3(7, 25, 7), 0.06f, 15, true);

        void Add(float x, float z, Vector3 size, float turn, float roof, bool pyramid) => _buildings.Add(new Building(
            new Vector3(x, _terrain.Height(x, z), z), size, turn, roof, pyramid, _seed + (_buildings.Count * 13)));
    }

    private void PlantTrees()
    {
        Random random = new(_seed + 1);
        for (int attempt = 0; attempt < 26_000 && _trees.Count < 3400; attempt++)
        {
            // Denser near the shore, where single trees are seen.
            double draw = random.NextDouble();
            float inland = (float)(draw * draw * 1100) + 2;
            float x = Between(random, -1, 1) * (170 + (0.62f * inland));
            float z = _terrain.ShoreAt(x) + inland;
            float ground = _terrain.Height(x, z);
            float wood = Woods(x, z);
            bool town = x is > -140 and < 160 && inland < 100;
            bool keep = town ? random.NextDouble() < 0.10 : wood > (inland < 60 ? -0.25f : 0.0f);
            if (ground < 1 || !keep
                || _buildings.Any(
                    b => (b.Bounds.Center - new Vector3(x, ground + 4, z)).Length() < b.Bounds.Radius * 0.75f))
            {
                continue;
            }
            bool conifer = Noise.Gradient(x / 90, z / 90, _seed + 55) + Between(random, -0.25f, 0.25f) > 0;
            float height = Between(random, 6, 12) * (conifer ? 1.25f : 1);
            _trees.Add(new Tree(new Vector3(x, ground - 0.3f, z), height, conifer, _seed + attempt));
        }
    }

    private static float Between(Random random, float from, float to) => from + ((to - from) * random.NextSingle());
}

/// <summary>What a ray met.</summary>
internal readonly record struct Hit(float Distance, Vector3 Normal, Vector3 Albedo, Vector3 Emission);
