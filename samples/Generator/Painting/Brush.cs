using System.Numerics;

namespace IlgpuStyle.Samples.Generator.Painting;

/// <summary>A canvas that strokes of thick paint are laid on: colour and height of the paint at each pixel.</summary>
/// <remarks>
/// A stroke is a ribbon along a path. Bristles leave lengthwise ridges, paint gathers at the ribbon's edges and runs
/// out towards its end, where only the bristles that carry most still mark the tops of the weave. In the end a light
/// from the upper left falls on the relief.
/// </remarks>
internal sealed class Brush
{
    private readonly int _width;
    private readonly int _height;
    private readonly Vector3[] _color;
    private readonly float[] _relief;

    // What the stroke in progress covers: the nearest point of its path, by pixel.
    private readonly int[] _stroke;
    private readonly float[] _distance;
    private readonly float[] _along;
    private readonly float[] _across;
    private readonly List<int> _covered = [];
    private int _strokes;

    public Brush(int width, int height, Vector3 primer)
    {
        (_width, _height) = (width, height);
        _color = new Vector3[width * height];
        _relief = new float[width * height];
        _stroke = new int[width * height];
        _distance = new float[width * height];
        _along = new float[width * height];
        _across = new float[width * height];
        for (int i = 0; i < _color.Length; i++)
        {
            float weave = Weave(i % width, i / width);
            _color[i] = primer * (0.9f + (0.2f * weave));
            _relief[i] = 0.12f * weave;
        }
    }

    /// <summary>Lays one stroke.</summary>
    /// <param name="path">At least two points, in pixels.</param>
    /// <param name="breadth">Across the ribbon, in pixels.</param>
    /// <param name="paint">Its colour.</param>
    /// <param name="load">How much paint the brush carries, about 1.</param>
    public void Stroke(ReadOnlySpan<Vector2> path, float breadth, Vector3 paint, float load)
    {
        float length = Cover(path, breadth / 2);
        float bristles = Math.Clamp(breadth * 0.55f, 3, 14);
        foreach (int pixel in _covered)
        {
            float across = _across[pixel];
            float along = _along[pixel] / length;
            float ridge = 0.5f + (0.85f * Noise.Gradient(across * bristles, along * 2.2f, _strokes))
                + (0.35f * Noise.Gradient(across * bristles * 2.3f, along * 4, _strokes + 1));
            float edge = Math.Abs(across);
            float ends = Noise.SmoothStep(0, 0.10f, along)
                * (1 - Noise.SmoothStep(0.72f, 1.02f, along + (0.25f * (0.5f - ridge))));
            float left = load * ((1.25f * ends) - (0.55f * along)) + (0.55f * (ridge - 0.5f))
                + (0.25f * Weave(pixel % _width, pixel / _width));
            float opacity = Noise.SmoothStep(0.05f, 0.38f, left)
                * (1 - Noise.SmoothStep(0.80f, 1.0f, edge + (0.22f * (0.5f - ridge))));
            if (opacity <= 0)
                continue;
            float thickness = (0.30f + (0.55f * ridge) + (0.40f * Noise.SmoothStep(0.45f, 0.85f, edge)))
                * Math.Clamp(left, 0.2f, 1.2f);
            Vector3 wet = Vector3.Lerp(paint, _color[pixel], 0.10f + (0.15f * along)) * (0.90f + (0.20f * ridge));
            _color[pixel] = Vector3.Lerp(_color[pixel], wet, opacity);
            _relief[pixel] = Noise.Lerp(_relief[pixel], (0.45f * _relief[pixel]) + thickness, opacity);
        }
    }

    /// <summary>The painting under the studio's lamp.</summary>
    public Bitmap Light()
    {
        Bitmap lit = new(_width, _height);
        Parallel.For(0, _height, y =>
        {
            for (int x = 0; x < _width; x++)
            {
                float slopeX = Relief(x + 1, y) - Relief(x - 1, y);
                float slopeY = Relief(x, y + 1) - Relief(x, y - 1);
                Vector3 normal = Vector3.Normalize(new Vector3(-slopeX * 0.40f, -slopeY * 0.40f, 1));
                Vector3 lamp = Vector3.Normalize(new Vector3(-0.55f, -0.65f, 0.9f));
                float diffuse = Vector3.Dot(normal, lamp) / lamp.Z;
                float gloss = MathF.Pow(Math.Max(0, Vector3.Dot(normal, Vector3.Normalize(lamp + Vector3.UnitZ))), 40);
                lit[x, y] = (_color[(y * _width) + x] * (0.30f + (0.70f * diffuse)))
                    + new Vector3(0.08f * (gloss - 0.25f));
            }
        });
        return lit;
    }

    private static float Weave(int x, int y) =>
        0.5f + (0.25f * MathF.Sin(x * 1.1f)) + (0.25f * MathF.Sin(y * 1.1f));

    private float Relief(int x, int y) =>
        _relief[(Math.Clamp(y, 0, _height - 1) * _width) + Math.Clamp(x, 0, _width - 1)];

    /// <summary>
    /// Finds the pixels within reach of the path, with their place along and across it; returns the path's length.
    /// </summary>
    private float Cover(ReadOnlySpan<Vector2> path, float reach)
    {
        _covered.Clear();
        _strokes++;
        float length = 0;
        for (int i = 0; i + 1 < path.Length; i++)
        {
            Vector2 from = path[i];
            Vector2 step = path[i + 1] - from;
            float stepLength = Math.Max(step.Length(), 1e-3f);
            Vector2 direction = step / stepLength;
            Vector2 low = Vector2.Min(from, path[i + 1]) - new Vector2(reach);
            Vector2 high = Vector2.Max(from, path[i + 1]) + new Vector2(reach);
            for (int y = Math.Max(0, (int)low.Y); y <= Math.Min(_height - 1, (int)high.Y); y++)
            {
                for (int x = Math.Max(0, (int)low.X); x <= Math.Min(_width - 1, (int)high.X); x++)
                {
                    Vector2 local = new Vector2(x, y) - from;
                    float along = Math.Clamp(Vector2.Dot(local, direction), 0, stepLength);
                    float distance = (local - (along * direction)).Length();
                    int pixel = (y * _width) + x;
                    if (distance > reach || (_stroke[pixel] == _strokes && _distance[pixel] <= distance))
                        continue;
                    if (_stroke[pixel] != _strokes)
                    {
                        _stroke[pixel] = _strokes;
                        _covered.Add(pixel);
                    }
                    float side = (direction.X * local.Y) - (direction.Y * local.X) < 0 ? -1 : 1;
                    _distance[pixel] = distance;
                    _along[pixel] = length + along;
                    _across[pixel] = side * distance / reach;
                }
            }
            length += stepLength;
        }
        return length;
    }
}
