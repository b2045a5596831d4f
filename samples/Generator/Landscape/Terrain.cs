using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Landscape;

/// <summary>
/// The ground: a lake bed, a shore, hills and a mountain range, as a height field. Metres; y is up, z away from the
/// camera.
/// </summary>
internal sealed class Terrain
{
    private readonly int _seed;

    // The shore is near and needs fine cells; the mountains are far and large.
    private readonly Grid _near;
    private readonly Grid _far;

    /// <param name="seed">0 for the sample's ground.</param>
    public Terrain(int seed)
    {
        _seed = 11 + (1000 * seed);
        _near = new Grid(Shape, new Vector2(-450, 0), 0.9f, 1000, 1000);
        _far = new Grid(Shape, new Vector2(-4500, 0), 7f, 1286, 1286);
    }

    /// <summary>Where the ground ends.</summary>
    public static float FarEnd => 8900;

    /// <summary>Highest ground, an upper bound.</summary>
    public static float Top => 1100;

    /// <summary>The lake's far shore at x.</summary>
    public float ShoreAt(float x) =>
        255 - (0.0011f * (x - 40) * (x - 40)) + (55 * Noise.Gradient(x / 170, 0.5f, _seed))
            + (14 * Noise.Gradient(x / 31, 3.5f, _seed));

    public float Height(float x, float z) => _near.Contains(x, z) ? _near.Sample(x, z) : _far.Sample(x, z);

    /// <summary>The upward unit normal, over a distance that suits how far away the point is.</summary>
    public Vector3 Normal(float x, float z, float distance)
    {
        float step = Math.Max(0.8f, distance * 0.002f);
        return Vector3.Normalize(new Vector3(
            Height(x - step, z) - Height(x + step, z), 2 * step, Height(x, z - step) - Height(x, z + step)));
    }

    /// <summary>
    /// The first ground point along a ray, or null. Steps grow with height above ground and with distance.
    /// </summary>
    public float? Intersect(Vector3 origin, Vector3 direction, float maximum)
    {
        float before = 0;
        float distance = 0.5f;
        while (distance < maximum)
        {
            Vector3 point = origin + (distance * direction);
            if (point.Z > FarEnd || (point.Y > Top && direction.Y >= 0))
                return null;
            float clearance = point.Y - Height(point.X, point.Z);
            if (clearance < 0)
                return Refine(origin, direction, before, distance);
            before = distance;
            distance += Math.Max(0.3f + (0.0015f * distance), 0.35f * clearance);
        }
        return null;
    }

    private float Shape(float x, float z)
    {
        float inland = z - ShoreAt(x);
        float shore = inland < 0 ? Math.Max(-12, inland * 0.12f) : 4.5f * (1 - MathF.Exp(-inland / 25));
        float hills = Noise.SmoothStep(70, 620, inland)
            * (62 + (105 * Noise.Fractal((x / 420) + 3.1f, z / 420, 7, _seed + 20)) + (0.06f * Math.Abs(x + 60)));
        float mountains = Noise.SmoothStep(900, 4200, inland)
            * 1050 * Noise.Ridged((x / 2300) + 0.37f, (z / 2300) + 0.2f, 10, _seed + 40);
        float roughness = Math.Max(0, inland) * 0.004f * Noise.Fractal(x / 23, z / 23, 4, _seed + 60);
        return shore + Math.Max(0, hills) + mountains + roughness;
    }

    private float Refine(Vector3 origin, Vector3 direction, float above, float below)
    {
        for (int i = 0; i < 8; i++)
        {
            float middle = 0.5f * (above + below);
            Vector3 point = origin + (middle * direction);
            if (point.Y < Height(point.X, point.Z))
                below = middle;
            else
                above = middle;
        }
        return below;
    }

    /// <summary>Heights on square cells, interpolated linearly.</summary>
    private sealed class Grid
    {
        private readonly Vector2 _corner;
        private readonly float _cell;
        private readonly int _columns;
        private readonly int _rows;
        private readonly float[] _heights;

        public Grid(Func<float, float, float> shape, Vector2 corner, float cell, int columns, int rows)
        {
            (_corner, _cell, _columns, _rows) = (corner, cell, columns, rows);
            _heights = new float[columns * rows];
            Parallel.For(0, rows, row =>
            {
                for (int column = 0; column < columns; column++)
                    _heights[(row * columns) + column] = shape(corner.X + (column * cell), corner.Y + (row * cell));
            });
        }
        public bool Contains(float x, float z)
        {
            float column = (x - _corner.X) / _cell;
            float row = (z - _corner.Y) / _cell;
            return column >= 0 && row >= 0 && column < _columns - 1 && row < _rows - 1;
        }
        public float Sample(float x, float z)
        {
            float u = Math.Clamp((x - _corner.X) / _cell, 0, _columns - 1.001f);
            float v = Math.Clamp((z - _corner.Y) / _cell, 0, _rows - 1.001f);
            int column = (int)u;
            int row = (int)v;
            int i = (row * _columns) + column;
            return Noise.Lerp(
                Noise.Lerp(_heights[i], _heights[i + 1], u - column),
                Noise.Lerp(_heights[i + _columns], _heights[i + _columns + 1], u - column),
                v - row);
        }
    }
}
