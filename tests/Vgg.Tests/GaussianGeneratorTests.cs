namespace IlgpuStyle.Vgg.Tests;

public sealed class GaussianGeneratorTests
{
    /// <summary>The first numbers that Vigna's splitmix64.c gives for the seed 1234567.</summary>
    [Fact]
    public void Is_splitmix64()
    {
        var generator = new GaussianGenerator(1234567);

        Assert.Equal(6457827717110365317u, generator.NextBits());
        Assert.Equal(3203168211198807973u, generator.NextBits());
        Assert.Equal(9817491932198370423u, generator.NextBits());
    }

    [Fact]
    public void Logarithm_is_that_of_the_runtime_to_rounding()
    {
        var generator = new GaussianGenerator(1);
        for (int trial = 0; trial < 10000; trial++)
        {
            double x = Math.ScaleB(1 + ((generator.NextBits() >> 12) * Math.ScaleB(1, -52)), -(trial % 60));
            double expected = Math.Log(x);
            double error = Math.Abs(GaussianGenerator.Log(x) - expected);
            Assert.False(!(error <= 1e-15 * Math.Max(1, Math.Abs(expected))), $"ln {x:R} is off by {error}");
        }
        Assert.Equal(0, GaussianGenerator.Log(1));
    }

    [Fact]
    public void Sine_and_cosine_are_those_of_the_runtime_to_rounding()
    {
        for (int step = 0; step < 10007; step++)
        {
            double turns = step / 10007.0;
            (double expectedSine, double expectedCosine) = Math.SinCos(2 * Math.PI * turns);
            (double sine, double cosine) = GaussianGenerator.SinCosOfTurns(turns);
            // The runtime's argument 2π·turns is itself rounded, by up to 4.4e-16.
            Assert.False(!(Math.Abs(sine - expectedSine) <= 1.5e-15), $"sine of {turns:R} turns");
            Assert.False(!(Math.Abs(cosine - expectedCosine) <= 1.5e-15), $"cosine of {turns:R} turns");
        }
    }

    [Fact]
    public void Numbers_are_normally_distributed()
    {
        var generator = new GaussianGenerator(42);
        const int Count = 200_000;
        double[] drawn = [.. Enumerable.Range(0, Count).Select(_ => generator.NextGaussian())];

        // Five standard errors each: 1, √2, √6 and √24 over √Count for the first four moments.
        double mean = drawn.Average();
        double variance = drawn.Average(x => x * x);
        double skewness = drawn.Average(x => x * x * x);
        double kurtosis = drawn.Average(x => x * x * x * x);
        double error = 5 / Math.Sqrt(Count);
        Assert.False(!(Math.Abs(mean) <= error), $"mean {mean}");
        Assert.False(!(Math.Abs(variance - 1) <= error * Math.Sqrt(2)), $"variance {variance}");
        Assert.False(!(Math.Abs(skewness) <= error * Math.Sqrt(15)), $"skewness {skewness}");
        Assert.False(!(Math.Abs(kurtosis - 3) <= error * Math.Sqrt(96)), $"kurtosis {kurtosis}");

        // Neighbours come from one pair of uniform numbers and must be independent none the less.
        double covariance = Enumerable.Range(0, Count / 2).Average(pair => drawn[2 * pair] * drawn[(2 * pair) + 1]);
        Assert.False(!(Math.Abs(covariance) <= error * Math.Sqrt(2)), $"covariance {covariance}");
    }

    [Fact]
    public void Integers_cover_their_range_evenly()
    {
        var generator = new GaussianGenerator(7);
        int[] counts = new int[13];
        for (int draw = 0; draw < 130_000; draw++)
            counts[generator.NextInteger(counts.Length)]++;

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }
}
