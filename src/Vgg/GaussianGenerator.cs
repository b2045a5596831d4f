namespace IlgpuStyle.Vgg;

/// <summary>
/// Seeded random numbers with the same bits on every machine: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)
/// and Box–Muller over logarithm, sine and cosine of our own, because those of the runtime are the
/// platform's and differ in their last bits. Everything here is +, −, ×, ÷ and √ of doubles, which IEEE 754
/// rounds in one way only.
/// </summary>
/// <param name="seed">Any number; each gives a sequence of its own.</param>
public sealed class GaussianGenerator(ulong seed)
{
    private ulong _state = seed;
    private double _spare = double.NaN;

    /// <summary>A whole number in 0 .. bound − 1 (the high word of a 64×64-bit product; bound far below 2⁶⁴).</summary>
    internal int NextInteger(int bound) => (int)Math.BigMul(NextBits(), (ulong)bound, out _);

    /// <summary>A number from the normal distribution of mean 0 and standard deviation 1.</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(_spare))
        {
            double spare = _spare;
            _spare = double.NaN;
            return spare;
        }
        double radius = Math.Sqrt(-2 * Log(1 - NextFraction()));
        (double sine, double cosine) = SinCosOfTurns(NextFraction());
        _spare = radius * sine;
        return radius * cosine;
    }

    /// <summary>Natural logarithm of a positive, normal number; error below 1e-15 relative to max(1, |ln x|).</summary>
    internal static double Log(double x)
    {
        // x = m·2^e with m in [√½, √2); ln m = 2 artanh(t), t = (m − 1)/(m + 1), |t| < 0.172.
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) - 1023);
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xF_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }
        double t = (mantissa - 1) / (mantissa + 1);
        double square = t * t;
        double series = 0;
        for (int odd = 21; odd >= 1; odd -= 2)
            series = (series * square) + (1.0 / odd);
        return (2 * t * series) + (exponent * 0.6931471805599453);
    }

    /// <summary>Sine and cosine of 2π·turns, turns in [0, 1); absolute error below 1e-15.</summary>
    internal static (double Sine, double Cosine) SinCosOfTurns(double turns)
    {
        // The nearest quarter turn is taken off exactly; what is left is within ±π/4.
        int quarter = (int)((turns * 4) + 0.5);
        double angle = (turns - (quarter / 4.0)) * 6.283185307179586;
        double square = angle * angle;
        double sine = 0;
        double cosine = 0;
        for (int n = 18; n >= 2; n -= 2)
        {
            sine = (1 - sine) * square / (n * (n + 1));
            cosine = (1 - cosine) * square / (n * (n - 1));
        }
        sine = angle * (1 - sine);
        cosine = 1 - cosine;
        return (quarter % 4) switch
        {
            0 => (sine, cosine),
            1 => (cosine, -sine),
            2 => (-sine, -cosine),
            _ => (-cosine, sine),
        };
    }

    /// <summary>A number from the uniform distribution over [0, 1): a multiple of 2⁻⁵³.</summary>
    public double NextFraction() => (NextBits() >> 11) * (1.0 / (1ul << 53));

    /// <summary>64 random bits.</summary>
    internal ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
