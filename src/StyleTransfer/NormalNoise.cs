namespace IlgpuStyle.StyleTransfer;

/// <summary>Seeded normal numbers, the same bits on every machine.</summary>
/// <remarks>
/// Sources: SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators") for the
/// bits, Box and Muller 1958 for the distribution.
/// </remarks>
internal sealed class NormalNoise(ulong seed)
{
    private ulong _state = seed;
    private double? _spare;

    /// <summary>A number of mean 0 and standard deviation 1.</summary>
    public double Next()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }
        double radius = Math.Sqrt(-2 * Math.Log(NextUniform()));
        double angle = 2 * Math.PI * NextUniform();
        _spare = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    /// <summary>A number in (0, 1].</summary>
    private double NextUniform() => ((NextBits() >> 11) + 1) * (1.0 / (1UL << 53));

    private ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong bits = _state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
