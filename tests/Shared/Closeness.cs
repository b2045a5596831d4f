namespace IlgpuStyle.Testing;

/// <summary>Comparison with a reference in double precision. NaN never passes.</summary>
internal static class Closeness
{
    /// <summary>A unit in the last place, relative to the number: 2⁻²³. One operation is off by half of it.</summary>
    private const double LastPlace = 1.1920929e-7;

    /// <summary>What a few float32 operations in a row may be off by, relative to their operands.</summary>
    public const double FewOperations = 2 * LastPlace;

    /// <summary>
    /// Bound for a sum of n float32 terms, one after the other. The rounding errors of the additions are independent,
    /// so they grow with √n; the factor leaves room of several σ.
    /// </summary>
    public static double SumOf(long terms) => FewOperations * Math.Sqrt(terms);

    /// <summary>
    /// Bound for a sum of n float32 terms in a tree of partial sums, relative to the sum of magnitudes: a term goes
    /// through about log₂ n additions. Small enough to miss none of a million terms.
    /// </summary>
    public static double TreeSumOf(long terms) => LastPlace * Math.Sqrt(1 + Math.Log2(terms));

    /// <summary>
    /// Fails unless every |actual − expected| ≤ relative·|expected| + relative·(largest |expected|): small elements
    /// are differences of large ones.
    /// </summary>
    public static void Close(double[] expected, float[] actual, double relative)
    {
        double largest = expected.Length == 0 ? 0 : expected.Max(Math.Abs);
        Check(expected, actual, value => relative * (Math.Abs(value) + largest) + double.Epsilon, relative);
    }

    /// <summary>The same for one number.</summary>
    public static void Close(double expected, double actual, double relative) =>
        Close([expected], [(float)actual], relative);

    /// <summary>Fails unless every |actual − expected| ≤ absolute.</summary>
    public static void Within(double[] expected, float[] actual, double absolute) =>
        Check(expected, actual, _ => absolute, absolute);

    /// <summary>‖actual − expected‖₂ / ‖expected‖₂.</summary>
    public static double RelativeL2(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return Math.Sqrt(difference / norm);
    }

    private static void Check(double[] expected, float[] actual, Func<double, double> budgetOf, double bound)
    {
        Assert.Equal(expected.Length, actual.Length);
        int failures = 0, first = -1, worst = 0;
        double worstRatio = -1;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(actual[i] - expected[i]);
            double budget = budgetOf(expected[i]);
            if (!(difference <= budget))
            {
                failures++;
                first = first < 0 ? i : first;
            }
            if (!(difference / budget <= worstRatio))
            {
                worstRatio = difference / budget;
                worst = i;
            }
        }
        Assert.True(failures == 0,
            $"{failures} of {expected.Length} elements are off; first [{first}], worst [{worst}]: expected "
            + $"{expected[worst]:g9}, actual {actual[worst]:g9}, {worstRatio:g3} times the bound {bound:g3}.");
    }
}
