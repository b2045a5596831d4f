namespace IlgpuStyle.App.Images;

/// <summary>A colour space of 8-bit samples, and the way from it to sRGB.</summary>
/// <remarks>
/// Each sample's curve gives its light, a matrix the light of sRGB's primaries, whose own curve gives the level.
/// Whites are matched: both spaces' white is that of ICC's connection space, D50, by Bradford's adaptation. Colours
/// that sRGB lacks are clipped. Source: IEC 61966-2-1 (sRGB); ICC.1:2022, annexes E.3 and F.3.
/// </remarks>
internal sealed class ColorSpace
{
    /// <summary>A space whose levels are within one of sRGB's is taken for it.</summary>
    private const double SameLevels = 1;

    private static readonly double[] D50 = [0.9642, 1, 0.8249];

    private static readonly double[,] Bradford =
    {
        { 0.8951, 0.2664, -0.1614 },
        { -0.7502, 1.7135, 0.0367 },
        { 0.0389, -0.0685, 1.0296 },
    };

    private static readonly double[,] FromD50 = Inverse(ToD50(Chromaticities.Srgb));

    /// <summary>Light, 0 to 1, of each level of each channel.</summary>
    private readonly double[][] _curves;

    /// <summary>From the channels' light to that of sRGB's.</summary>
    private readonly double[,] _toSrgb;

    private ColorSpace(double[][] curves, double[,] toSrgb)
    {
        _curves = curves;
        _toSrgb = toSrgb;
    }

    /// <summary>sRGB's primaries and white, in XYZ with D50 for white: a column each of red, green and blue.</summary>
    public static double[,] SrgbInD50 => ToD50(Chromaticities.Srgb);

    /// <summary>The matrix that adapts sRGB's white to D50.</summary>
    public static double[,] SrgbWhiteToD50 => Adaptation(White(Chromaticities.Srgb));

    /// <summary>The space of three curves and of primaries in XYZ with D50 for white.</summary>
    /// <param name="curves">From 0..1 to light, for red, green and blue.</param>
    /// <param name="primaries">A column each of red, green and blue.</param>
    public static ColorSpace Rgb(IEnumerable<Func<double, double>> curves, double[,] primaries) =>
        new([.. curves.Select(Tabulate)], Multiply(FromD50, primaries));

    /// <summary>The space of one curve and of primaries and a white by their chromaticities.</summary>
    public static ColorSpace Rgb(Func<double, double> curve, Chromaticities chromaticities)
    {
        double[] table = Tabulate(curve);
        return new ColorSpace([table, table, table], Multiply(FromD50, ToD50(chromaticities)));
    }

    /// <summary>The space of a curve alone: sRGB's primaries, or shades of grey.</summary>
    public static ColorSpace OfCurve(Func<double, double> curve)
    {
        double[] table = Tabulate(curve);
        return new ColorSpace([table, table, table], new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } });
    }

    /// <summary>Whether every level has a light, and every light a colour: else the space is none.</summary>
    public bool IsFinite =>
        _curves.All(curve => curve.All(double.IsFinite)) && _toSrgb.Cast<double>().All(double.IsFinite);

    /// <summary>Whether samples mean what they mean in sRGB.</summary>
    public bool IsSrgb
    {
        get
        {
            const int step = 17;
            Span<float> converted = stackalloc float[3];
            for (int color = 0; color < 16 * 16 * 16; color++)
            {
                ReadOnlySpan<float> levels = [step * (color / 256), step * (color / 16 % 16), step * (color % 16)];
                levels.CopyTo(converted);
                Convert(converted);
                for (int channel = 0; channel < 3; channel++)
                {
                    if (!(Math.Abs(converted[channel] - levels[channel]) <= SameLevels))
                        return false;
                }
            }
            return true;
        }
    }

    /// <summary>Light of a level of sRGB, both 0 to 1.</summary>
    public static double SrgbLight(double level) =>
        level <= 0.04045 ? level / 12.92 : Math.Pow((level + 0.055) / 1.055, 2.4);

    /// <summary>Converts samples to sRGB, in place.</summary>
    /// <param name="rgb">Whole levels of 0..255, red, green and blue of each pixel.</param>
    public void ToSrgb(float[] rgb)
    {
        const int pixelsAtOnce = 1 << 16;
        int pixels = rgb.Length / 3;
        Parallel.For(0, (pixels + pixelsAtOnce - 1) / pixelsAtOnce, block =>
        {
            int end = Math.Min(pixels, (block + 1) * pixelsAtOnce);
            for (int pixel = block * pixelsAtOnce; pixel < end; pixel++)
                Convert(rgb.AsSpan(pixel * 3, 3));
        });
    }

    private void Convert(Span<float> rgb)
    {
        double red = _curves[0][(int)rgb[0]];
        double green = _curves[1][(int)rgb[1]];
        double blue = _curves[2][(int)rgb[2]];
        for (int channel = 0; channel < 3; channel++)
        {
            double light = (_toSrgb[channel, 0] * red) + (_toSrgb[channel, 1] * green) + (_toSrgb[channel, 2] * blue);
            rgb[channel] = (float)(255 * SrgbLevel(Math.Clamp(light, 0, 1)));
        }
    }

    private static double SrgbLevel(double light) =>
        light <= 0.0031308 ? 12.92 * light : (1.055 * Math.Pow(light, 1 / 2.4)) - 0.055;

    private static double[] Tabulate(Func<double, double> curve) =>
        [.. Enumerable.Range(0, 256).Select(level => curve(level / 255.0))];

    /// <summary>Primaries in XYZ, scaled so that they make the white, which is adapted to D50.</summary>
    private static double[,] ToD50(Chromaticities of)
    {
        double[][] primaries = [Xyz(of.Red), Xyz(of.Green), Xyz(of.Blue)];
        double[,] columns = new double[3, 3];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
                columns[row, column] = primaries[column][row];
        }
        double[] amounts = Multiply(Inverse(columns), White(of));
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
                columns[row, column] *= amounts[column];
        }
        return Multiply(Adaptation(White(of)), columns);
    }

    private static double[,] Adaptation(double[] white)
    {
        double[] from = Multiply(Bradford, white);
        double[] to = Multiply(Bradford, D50);
        double[,] scaled = (double[,])Bradford.Clone();
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
                scaled[row, column] *= to[row] / from[row];
        }
        return Multiply(Inverse(Bradford), scaled);
    }

    private static double[] White(Chromaticities of) => Xyz(of.White);

    private static double[] Xyz((double X, double Y) at) => [at.X / at.Y, 1, (1 - at.X - at.Y) / at.Y];

    private static double[] Multiply(double[,] a, double[] b) =>
        [.. Enumerable.Range(0, 3).Select(row => (a[row, 0] * b[0]) + (a[row, 1] * b[1]) + (a[row, 2] * b[2]))];

    private static double[,] Multiply(double[,] a, double[,] b)
    {
        double[,] product = new double[3, 3];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                product[row, column] =
                    (a[row, 0] * b[0, column]) + (a[row, 1] * b[1, column]) + (a[row, 2] * b[2, column]);
            }
        }
        return product;
    }

    /// <summary>By cofactors; of a singular matrix not finite.</summary>
    private static double[,] Inverse(double[,] a)
    {
        double[,] inverse = new double[3, 3];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                (int r1, int r2, int c1, int c2) = ((row + 1) % 3, (row + 2) % 3, (column + 1) % 3, (column + 2) % 3);
                inverse[column, row] = (a[r1, c1] * a[r2, c2]) - (a[r1, c2] * a[r2, c1]);
            }
        }
        double determinant = (a[0, 0] * inverse[0, 0]) + (a[0, 1] * inverse[1, 0]) + (a[0, 2] * inverse[2, 0]);
        for (int i = 0; i < 9; i++)
            inverse[i / 3, i % 3] /= determinant;
        return inverse;
    }
}

/// <summary>Primaries and white of a colour space, x and y of CIE 1931.</summary>
internal readonly record struct Chromaticities(
    (double X, double Y) White, (double X, double Y) Red, (double X, double Y) Green, (double X, double Y) Blue)
{
    private static readonly (double X, double Y) D65 = (0.3127, 0.3290);

    /// <summary>ITU-R BT.709's, which are sRGB's.</summary>
    public static readonly Chromaticities Srgb = new(D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06));

    /// <summary>SMPTE EG 432-1: P3 with D65 for white.</summary>
    public static readonly Chromaticities DisplayP3 = new(D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060));

    /// <summary>ITU-R BT.2020.</summary>
    public static readonly Chromaticities Bt2020 = new(D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046));
}
