namespace IlgpuStyle.Testing;

/// <summary>Random inputs; give the generator a seed.</summary>
internal static class RandomValues
{
    /// <summary>Numbers spread evenly over ±<paramref name="bound"/>.</summary>
    public static float[] Uniform(this Random random, long count, double bound = 1) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => (float)(bound * (2 * random.NextDouble() - 1)))];

    /// <summary>Numbers from a normal distribution.</summary>
    public static float[] Normal(this Random random, long count, double deviation = 1, double mean = 0) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => (float)(mean + deviation * random.NextNormal()))];

    /// <summary>Box and Muller's method.</summary>
    private static double NextNormal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
