namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>A point on the line x + t·d: its t, the loss there, and the loss's slope along d.</summary>
internal readonly record struct LinePoint(double Position, double Loss, double Slope);

/// <summary>Line search by the strong Wolfe conditions: L(t) ≤ L(0) + c₁·t·L′(0) and |L′(t)| ≤ −c₂·L′(0).</summary>
/// <remarks>
/// A bracket is widened until it must hold such a point, then narrowed by cubic interpolation. Sources: Nocedal and
/// Wright, Numerical Optimization, algorithms 3.5 and 3.6; the constants, the bounds of each guess and the safeguard
/// against creeping are those of minFunc (Schmidt 2005), which torch.optim.LBFGS follows.
/// </remarks>
internal static class StrongWolfe
{
    private const double SufficientDecrease = 1e-4;
    private const double Curvature = 0.9;
    private const int MaximumTrials = 25;

    /// <summary>The position to move to.</summary>
    /// <param name="start">The point at t = 0; its slope is negative.</param>
    /// <param name="first">The first t to try.</param>
    /// <param name="evaluate">The point at a position.</param>
    public static double Search(LinePoint start, double first, Func<double, LinePoint> evaluate)
    {
        LinePoint previous = start;
        LinePoint current = evaluate(first);
        for (int trial = 0; trial < MaximumTrials; trial++)
        {
            if (!Decreases(start, current) || (trial > 1 && current.Loss >= previous.Loss))
                return Narrow(start, previous, current, trial, evaluate);
            if (IsFlat(start, current))
                return current.Position;
            if (current.Slope >= 0)
                return Narrow(start, previous, current, trial, evaluate);
            double guess = CubicMinimum(
                previous, current,
                current.Position + 0.01 * (current.Position - previous.Position), 10 * current.Position);
            previous = current;
            current = evaluate(guess);
        }
        return current.Loss < start.Loss ? current.Position : 0;
    }

    private static double Narrow(
        LinePoint start, LinePoint one, LinePoint other, int trial, Func<double, LinePoint> evaluate)
    {
        (LinePoint low, LinePoint high) = other.Loss < one.Loss ? (other, one) : (one, other); // It may be NaN.
        bool crept = false;
        for (; trial < MaximumTrials && low.Position != high.Position; trial++)
        {
            double left = Math.Min(low.Position, high.Position);
            double right = Math.Max(low.Position, high.Position);
            LinePoint point = evaluate(Inside(CubicMinimum(low, high, left, right), left, right, ref crept));
            if (!Decreases(start, point) || !(point.Loss < low.Loss))
            {
                // A point too high for its distance may still lie below the lower end.
                (low, high) = point.Loss < low.Loss ? (point, low) : (low, point);
                continue;
            }
            if (IsFlat(start, point))
                return point.Position;
            if (point.Slope * (high.Position - low.Position) >= 0)
                high = low;
            low = point;
        }
        return low.Position;
    }

    /// <summary>
    /// Keeps a guess a tenth of the bracket away from its ends once one before has crept along an end.
    /// </summary>
    private static double Inside(double guess, double left, double right, ref bool crept)
    {
        double margin = 0.1 * (right - left);
        bool isNearEnd = Math.Min(right - guess, guess - left) < margin;
        if (!isNearEnd)
        {
            crept = false;
            return guess;
        }
        if (!crept && guess < right && guess > left)
        {
            crept = true;
            return guess;
        }
        crept = false;
        return right - guess < guess - left ? right - margin : left + margin;
    }

    /// <summary>
    /// The minimum of the cubic through two points with their slopes, or the middle where there is none.
    /// </summary>
    private static double CubicMinimum(LinePoint a, LinePoint b, double lowest, double highest)
    {
        (LinePoint left, LinePoint right) = a.Position <= b.Position ? (a, b) : (b, a);
        double width = right.Position - left.Position;
        double d1 = left.Slope + right.Slope - 3 * (right.Loss - left.Loss) / width;
        double discriminant = d1 * d1 - left.Slope * right.Slope;
        if (!(discriminant >= 0))
            return (lowest + highest) / 2;
        double d2 = Math.Sqrt(discriminant);
        double minimum = right.Position - width * ((right.Slope + d2 - d1) / (right.Slope - left.Slope + 2 * d2));
        return Math.Clamp(minimum, lowest, highest);
    }

    private static bool Decreases(LinePoint start, LinePoint point) =>
        point.Loss <= start.Loss + SufficientDecrease * point.Position * start.Slope;

    private static bool IsFlat(LinePoint start, LinePoint point) =>
        Math.Abs(point.Slope) <= -Curvature * start.Slope;
}
