using IlgpuStyle.StyleTransfer.Scores;

namespace IlgpuStyle.StyleTransfer.Losses;

/// <summary>Terms that are divided by what they are where the content starts.</summary>
internal static class RelativeTerm
{
    /// <summary>
    /// The least share of a style's own squares that a term is divided by. A content that is near its style would
    /// otherwise make a term of any change that a step brings, however small.
    /// </summary>
    private const double LeastShare = 0.01;

    /// <summary>Σ (content − style)² of a statistic, at least a hundredth of Σ style².</summary>
    public static double Divisor(float[] content, float[] style)
    {
        (double distance, double squares) = Vectors.SquaredDistance(content, style);
        return Math.Max(distance, LeastShare * squares);
    }

    /// <summary>The factor of a term: 1 where there is nothing to divide by.</summary>
    public static double Factor(double divisor) => divisor == 0 ? 1 : 1 / divisor;
}
