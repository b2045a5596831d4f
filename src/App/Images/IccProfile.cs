using System.Buffers.Binary;
using System.Text;

namespace IlgpuStyle.App.Images;

/// <summary>An ICC profile of a picture: the colour space that it describes, or why it is not applied.</summary>
/// <remarks>
/// Applied are profiles of three curves and a matrix, and those of a curve for grey; not those of tables, which
/// printers and CMYK have. Source: ICC.1:2022: 7.2 (header), 7.3 (tag table), 9.2 (tags), 10.5 (curv), 10.18 (para),
/// 10.31 (XYZ), 10.15 (mluc); ICC.1:2001-04, 6.5.17 (desc).
/// </remarks>
internal sealed class IccProfile
{
    private const int HeaderBytes = 128;
    private const int LongestName = 60;
    private const string Damaged = "it is damaged";

    private readonly byte[] _bytes;

    private IccProfile(byte[] bytes) => _bytes = bytes;

    /// <summary>What it calls itself; empty where it has no name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The space; null where <see cref="Refusal"/> says why there is none.</summary>
    public ColorSpace? Space { get; private init; }

    /// <summary>Why it is not applied, as the end of a sentence; null where it is.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Reads a profile.</summary>
    /// <param name="bytes">The whole of it.</param>
    /// <param name="components">Of the picture: 1 for grey, 3 for RGB, 4 for CMYK; alpha does not count.</param>
    public static IccProfile Read(byte[] bytes, int components)
    {
        var profile = new IccProfile(bytes);
        if (bytes.Length < HeaderBytes + 4 || !profile.At(36, 4).SequenceEqual("acsp"u8))
            return new IccProfile(bytes) { Refusal = Damaged };
        string name = profile.FindName();
        string kind = Encoding.Latin1.GetString(profile.At(16, 4)).TrimEnd();
        try
        {
            ColorSpace? space = kind switch
            {
                "RGB" when components is 1 or 3 => profile.ReadMatrix(),
                "GRAY" when components == 1 => profile.ReadGrey(),
                _ => null,
            };
            string? refusal = kind switch
            {
                "CMYK" => "inks are converted without it",
                "RGB" or "GRAY" when space is null && components is 1 or 3 => kind == "RGB"
                    ? "it has tables instead of a matrix"
                    : "it is for grey pictures",
                _ when space is null => $"it is for another kind of picture ({kind})",
                _ => space.IsFinite ? null : Damaged,
            };
            return new IccProfile(bytes) { Name = name, Space = refusal is null ? space : null, Refusal = refusal };
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            return new IccProfile(bytes) { Name = name, Refusal = Damaged };
        }
    }

    private ColorSpace? ReadMatrix()
    {
        string[] colors = ["r", "g", "b"];
        if (!colors.All(color => TryFind($"{color}XYZ", out _) && TryFind($"{color}TRC", out _)))
            return null;
        double[,] primaries = new double[3, 3];
        for (int column = 0; column < 3; column++)
        {
            (int offset, int length) = Find($"{colors[column]}XYZ");
            if (length < 20)
                throw new InvalidDataException();
            for (int row = 0; row < 3; row++)
                primaries[row, column] = Fixed(offset + 8 + (4 * row));
        }
        return ColorSpace.Rgb([.. colors.Select(color => Curve($"{color}TRC"))], primaries);
    }

    private ColorSpace ReadGrey()
    {
        Func<double, double> curve = Curve("kTRC");
        // Of Lab, the curve gives the lightness.
        return ColorSpace.OfCurve(At(20, 4).SequenceEqual("Lab "u8) ? level => LightOf(curve(level)) : curve);
    }

    /// <summary>CIE's luminance, 0 to 1, of a lightness, 0 to 1.</summary>
    private static double LightOf(double lightness)
    {
        double root = ((100 * lightness) + 16) / 116;
        return root > 6 / 29.0 ? root * root * root : 3 * (6 / 29.0) * (6 / 29.0) * (root - (4 / 29.0));
    }

    private Func<double, double> Curve(string tag)
    {
        (int offset, int length) = Find(tag);
        if (At(offset, 4).SequenceEqual("curv"u8))
        {
            uint count = UInt32(offset + 8);
            if (count > (uint)(length - 12) / 2)
                throw new InvalidDataException();
            double[] table = [.. Enumerable.Range(0, (int)count).Select(
                i => (double)BinaryPrimitives.ReadUInt16BigEndian(At(offset + 12 + (2 * i), 2)))];
            return table.Length switch
            {
                0 => level => level,
                1 => level => Math.Pow(level, table[0] / 256),
                _ => level => Interpolate(table, level) / 65535,
            };
        }
        if (!At(offset, 4).SequenceEqual("para"u8))
            throw new InvalidDataException();
        int[] parameterCounts = [1, 3, 4, 5, 7];
        int form = BinaryPrimitives.ReadUInt16BigEndian(At(offset + 8, 2));
        if (form >= parameterCounts.Length || length < 12 + (4 * parameterCounts[form]))
            throw new InvalidDataException();
        double[] p = [.. Enumerable.Range(0, parameterCounts[form]).Select(i => Fixed(offset + 12 + (4 * i)))];
        double Power(double level) => Math.Pow(Math.Max(0, (p[1] * level) + p[2]), p[0]);
        return form switch
        {
            0 => level => Math.Pow(level, p[0]),
            1 => level => level >= -p[2] / p[1] ? Power(level) : 0,
            2 => level => (level >= -p[2] / p[1] ? Power(level) : 0) + p[3],
            3 => level => level >= p[4] ? Power(level) : p[3] * level,
            _ => level => level >= p[4] ? Power(level) + p[5] : (p[3] * level) + p[6],
        };
    }

    private static double Interpolate(double[] table, double level)
    {
        double at = level * (table.Length - 1);
        int low = Math.Min((int)at, table.Length - 2);
        return table[low] + ((at - low) * (table[low + 1] - table[low]));
    }

    private string FindName()
    {
        try
        {
            if (!TryFind("desc", out (int Offset, int Length) tag))
                return "";
            bool isUnicode = At(tag.Offset, 4).SequenceEqual("mluc"u8);
            string name = isUnicode
                ? Encoding.BigEndianUnicode.GetString(
                    At(tag.Offset + (int)UInt32(tag.Offset + 24), (int)UInt32(tag.Offset + 20)))
                : Encoding.Latin1.GetString(At(tag.Offset + 12, (int)UInt32(tag.Offset + 8)));
            string shown = new([.. name.Where(letter => !char.IsControl(letter)).Take(LongestName)]);
            return shown.Trim();
        }
        catch (ArgumentOutOfRangeException)
        {
            return "";
        }
    }

    private (int Offset, int Length) Find(string tag) =>
        TryFind(tag, out (int Offset, int Length) found) ? found : throw new InvalidDataException();

    private bool TryFind(string tag, out (int Offset, int Length) found)
    {
        uint count = Math.Min(UInt32(HeaderBytes), (uint)(_bytes.Length - HeaderBytes - 4) / 12);
        for (int i = 0; i < count; i++)
        {
            int entry = HeaderBytes + 4 + (12 * i);
            uint offset = UInt32(entry + 4);
            uint length = UInt32(entry + 8);
            if (Encoding.Latin1.GetString(At(entry, 4)) == tag
                && length >= 12 && (long)offset + length <= _bytes.Length)
            {
                found = ((int)offset, (int)length);
                return true;
            }
        }
        found = default;
        return false;
    }

    private ReadOnlySpan<byte> At(int offset, int length) => _bytes.AsSpan(offset, length);

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32BigEndian(At(offset, 4));

    /// <summary>A signed number of 16 bits before and 16 behind the point.</summary>
    private double Fixed(int offset) => BinaryPrimitives.ReadInt32BigEndian(At(offset, 4)) / 65536.0;
}
