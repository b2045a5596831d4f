namespace IlgpuStyle.Samples.Generator.Painting;

/// <summary>How a painter lays on paint.</summary>
/// <param name="Layers">Broad strokes first.</param>
/// <param name="SwapsRedAndBlue">Whether the palette is the other way round: a red sky over blue fields.</param>
internal sealed record Manner(StrokeLayer[] Layers, bool SwapsRedAndBlue)
{
    /// <summary>Long strokes that follow the flow of the composition: the sample's.</summary>
    public static Manner Strokes { get; } = new(
        [
            new(Spacing: 24, Length: 150, Breadth: 38, Load: 0.95f, KeepsInside: false),
            new(Spacing: 13, Length: 92, Breadth: 20, Load: 1.0f, KeepsInside: true),
            new(Spacing: 8.5f, Length: 58, Breadth: 11.5f, Load: 1.05f, KeepsInside: true),
        ],
        SwapsRedAndBlue: false);

    /// <summary>Short dabs side by side.</summary>
    public static Manner Dabs { get; } = new(
        [
            new(Spacing: 24, Length: 60, Breadth: 44, Load: 0.95f, KeepsInside: false),
            new(Spacing: 17, Length: 30, Breadth: 24, Load: 1.0f, KeepsInside: false),
            new(Spacing: 15, Length: 24, Breadth: 18, Load: 1.1f, KeepsInside: false),
        ],
        SwapsRedAndBlue: true);
}

/// <summary>A layer of strokes; sizes in thousandths of the picture's height.</summary>
/// <param name="Spacing">From one stroke's begin to the next.</param>
/// <param name="Length">About; each stroke has its own.</param>
/// <param name="Breadth">The same.</param>
/// <param name="Load">Of paint on the brush.</param>
/// <param name="KeepsInside">Whether strokes end where what they paint does.</param>
internal sealed record StrokeLayer(float Spacing, float Length, float Breadth, float Load, bool KeepsInside);
