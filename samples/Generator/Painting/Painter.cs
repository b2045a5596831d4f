using System.Numerics;
using Region = IlgpuStyle.Samples.Generator.Painting.Composition.Region;

namespace IlgpuStyle.Samples.Generator.Painting;

/// <summary>Paints the composition in layers of strokes, broad ones first.</summary>
/// <remarks>After Hertzmann, "Painterly Rendering with Curved Brush Strokes of Multiple Sizes" (1998), but from a
/// composition and its flow instead of a photograph.</remarks>
/// <param name="seed">Of the strokes.</param>
/// <param name="manner">What the strokes are like.</param>
internal sealed class Painter(int seed, Manner manner)
{
    /// <summary>Painted larger and shrunk, which smooths the strokes' outlines.</summary>
    private const int Oversampling = 2;

    public Bitmap Paint(int width, int height)
    {
        Random random = new(seed);
        int unit = height * Oversampling;
        Brush brush = new(width * Oversampling, unit, Composition.Primer);
        foreach (StrokeLayer layer in manner.Layers)
        {
            Vector2[] places = Scatter(random, layer.Spacing / 1000, (float)width / height);
            foreach (Vector2 place in places)
                Stroke(brush, random, layer, place, unit);
        }
        return brush.Light().Shrink(Oversampling);
    }

    /// <summary>A jittered grid in random order, so that no row of strokes covers its neighbour like tiles.</summary>
    private static Vector2[] Scatter(Random random, float spacing, float width)
    {
        List<Vector2> places = [];
        for (float y = -spacing; y < 1 + spacing; y += spacing)
        {
            for (float x = -spacing; x < width + spacing; x += spacing)
                places.Add(new Vector2(x + (spacing * random.NextSingle()), y + (spacing * random.NextSingle())));
        }
        Vector2[] shuffled = [.. places];
        random.Shuffle(shuffled);
        return shuffled;
    }

    private void Stroke(Brush brush, Random random, StrokeLayer layer, Vector2 start, int unit)
    {
        Region region = Composition.RegionAt(start);
        bool small = region is Region.House or Region.Roof or Region.Sun;
        float scale = small ? 0.55f : 1;
        float length = layer.Length / 1000 * scale * (0.6f + (0.8f * random.NextSingle()));
        float breadth = layer.Breadth / 1000 * scale * (0.7f + (0.6f * random.NextSingle()));
        Vector3 paint = Composition.Paint(start, region, random.NextSingle());
        float brightness = 0.92f + (0.16f * random.NextSingle());
        Vector3 tint = new Vector3(random.NextSingle(), random.NextSingle(), random.NextSingle()) - new Vector3(0.5f);
        paint = Vector3.Clamp((paint * brightness) + (0.07f * tint), default, Vector3.One);
        if (manner.SwapsRedAndBlue)
            paint = new Vector3(paint.Z, paint.Y, paint.X);

        const float Step = 0.004f;
        List<Vector2> path = [start];
        Vector2 point = start;
        Vector2 heading = Composition.Flow(start, region) * (random.Next(2) == 0 ? 1 : -1);
        for (float travelled = 0; travelled < length; travelled += Step)
        {
            Vector2 flow = Composition.Flow(point, region);
            heading = Vector2.Normalize(heading + (0.6f * (Vector2.Dot(flow, heading) < 0 ? -flow : flow)));
            Vector2 next = point + (Step * heading);
            if (layer.KeepsInside && Composition.RegionAt(next) != region)
                break;
            point = next;
            path.Add(point);
        }
        if (path.Count >= 3)
        {
            Vector2[] pixels = [.. path.Select(p => p * unit)];
            brush.Stroke(pixels, breadth * unit, paint, layer.Load * (0.85f + (0.3f * random.NextSingle())));
        }
    }
}
