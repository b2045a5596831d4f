using System.Buffers.Binary;

namespace IlgpuStyle.App.Images;

/// <summary>The chunks of a PNG file that say what its colours are: which of them counts, and what it says.</summary>
/// <remarks>
/// Of several the first of cICP, iCCP, sRGB, gAMA counts. Source: PNG specification, third edition, 4.3 (precedence),
/// 11.3.2.1 (cHRM) to 11.3.2.6 (cICP).
/// </remarks>
internal sealed class PngColors
{
    /// <summary>What sRGB's curve is close to; files of that gamma are meant as sRGB.</summary>
    private const double SrgbGamma = 1 / 2.2;

    /// <summary>Nobody sees a gamma that is off by less.</summary>
    private const double SameGamma = 0.05;

    private readonly Dictionary<string, byte[]> _chunks = [];

    /// <summary>Adds a chunk; of two of one kind the first counts.</summary>
    public void Add(string type, byte[] content) => _chunks.TryAdd(type, content);

    /// <summary>The colour space, null for sRGB.</summary>
    /// <param name="components">1 for grey, 3 for RGB.</param>
    /// <param name="notes">Gets what the user is told of it.</param>
    public ColorSpace? Resolve(int components, List<string> notes)
    {
        if (_chunks.TryGetValue("cICP", out byte[]? codes) && codes.Length == 4)
            return FromCodes(codes, notes);
        if (_chunks.TryGetValue("iCCP", out byte[]? embedded))
        {
            IccProfile profile = FromChunk(embedded, components);
            if (profile.Space is { IsSrgb: true })
                return null;
            notes.Add(PictureFileHeader.NoteOf(profile));
            if (profile.Space is not null)
                return profile.Space;
            // What stands beside a profile is for those who cannot apply it.
        }
        return !_chunks.ContainsKey("sRGB") && _chunks.TryGetValue("gAMA", out byte[]? gamma) && gamma.Length == 4
            ? FromGamma(BinaryPrimitives.ReadUInt32BigEndian(gamma) / 100_000.0, notes)
            : null;
    }

    /// <summary>A name, 0, the method of compression, and the compressed profile.</summary>
    private static IccProfile FromChunk(byte[] content, int components)
    {
        int nameEnd = Array.IndexOf(content, (byte)0);
        byte[]? profile = nameEnd < 0 || nameEnd + 2 > content.Length
            ? null
            : PngHeader.Inflate(content.AsSpan(nameEnd + 2));
        return IccProfile.Read(profile ?? [], components);
    }

    private ColorSpace? FromGamma(double gamma, List<string> notes)
    {
        if (gamma <= 0)
            return null;
        bool isSrgbCurve = Math.Abs((gamma / SrgbGamma) - 1) < SameGamma;
        Func<double, double> curve = isSrgbCurve ? ColorSpace.SrgbLight : level => Math.Pow(level, 1 / gamma);
        ColorSpace space = FindChromaticities() is { } chromaticities
            ? ColorSpace.Rgb(curve, chromaticities)
            : ColorSpace.OfCurve(curve);
        if (space.IsSrgb || !space.IsFinite)
            return null;
        notes.Add($"colours are converted from its gamma {1 / gamma:0.###} to sRGB");
        return space;
    }

    /// <summary>White, red, green, blue, x and y of each in 1/100,000.</summary>
    private Chromaticities? FindChromaticities()
    {
        if (!_chunks.TryGetValue("cHRM", out byte[]? content) || content.Length != 32)
            return null;
        (double X, double Y)[] points =
        [
            .. Enumerable.Range(0, 4).Select(i => (
                BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(8 * i)) / 100_000.0,
                BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan((8 * i) + 4)) / 100_000.0)),
        ];
        // Three on one line span no colours.
        (double x, double y) = points[1];
        double area = ((points[2].X - x) * (points[3].Y - y)) - ((points[3].X - x) * (points[2].Y - y));
        return points.All(point => point.Y > 0) && Math.Abs(area) > 1e-3
            ? new Chromaticities(points[0], points[1], points[2], points[3])
            : null;
    }

    /// <summary>Primaries, transfer, matrix and range, by the numbers of ITU-T H.273.</summary>
    private static ColorSpace? FromCodes(byte[] codes, List<string> notes)
    {
        (Chromaticities Points, string Name)? primaries = codes[0] switch
        {
            1 => (Chromaticities.Srgb, "BT.709"),
            9 => (Chromaticities.Bt2020, "BT.2020"),
            12 => (Chromaticities.DisplayP3, "Display P3"),
            _ => null,
        };
        Func<double, double>? curve = codes[1] switch
        {
            8 => level => level,
            13 => ColorSpace.SrgbLight,
            _ => null,
        };
        if (primaries is null || curve is null || codes[2] != 0 || codes[3] != 1)
        {
            notes.Add($"its colours (cICP {string.Join(' ', codes)}) are taken as sRGB: that kind is not converted");
            return null;
        }
        var space = ColorSpace.Rgb(curve, primaries.Value.Points);
        if (space.IsSrgb)
            return null;
        notes.Add($"colours are converted from {primaries.Value.Name} to sRGB");
        return space;
    }
}
