namespace IlgpuStyle.Autodiff.Tests;

/// <summary>Compares a tape's gradient with finite differences of its loss.</summary>
/// <remarks>
/// Every operation here is a polynomial of degree four at most away from ReLU's kink and from ties of maxima, and
/// the four-point difference (8·[L(h) − L(−h)] − [L(2h) − L(−2h)])/12h has no truncation error on those: so a
/// large step is used, to stand clear of float32 rounding of the loss. Inputs must stay two steps away from kinks.
/// </remarks>
internal static class GradientCheck
{
    /// <summary>Checks the gradient along random directions.</summary>
    /// <param name="tape">Allocated; its loss is the sum of its terms.</param>
    /// <param name="x">The input to differentiate by.</param>
    /// <param name="start">Its value.</param>
    /// <param name="step">h, for directions of elements between −1 and 1.</param>
    /// <param name="tolerance">
    /// Of the difference, relative to ‖gradient‖·‖direction‖/√n, what a random direction sees.
    /// </param>
    public static void Check(Tape tape, Variable x, float[] start, double step, double tolerance)
    {
        x.Value.CopyFrom(start);
        tape.Forward();
        tape.Backward();
        float[] gradient = x.Gradient.ToArray();
        double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
        Assert.True(norm > 0, "The gradient is zero: the check would pass on anything.");
        tape.Forward();
        tape.Backward();
        Assert.Equal(gradient, x.Gradient.ToArray()); // Nothing piles up over replays.

        var random = new Random(17);
        for (int direction = 0; direction < 6; direction++)
        {
            float[] u = [.. start.Select(_ => (float)(2 * random.NextDouble() - 1))];
            double expected = (8 * (Loss(step) - Loss(-step)) - (Loss(2 * step) - Loss(-2 * step))) / (12 * step);
            double actual = gradient.Zip(u, (g, d) => (double)g * d).Sum();
            double scale = norm * Math.Sqrt(u.Sum(d => (double)d * d) / u.Length);
            Assert.True(Math.Abs(actual - expected) <= tolerance * scale,
                $"Direction {direction}: finite differences give {expected:g7}, the tape {actual:g7}, "
                + $"{Math.Abs(actual - expected) / scale:g3} of the norm apart; {tolerance:g3} is allowed.");

            double Loss(double h)
            {
                x.Value.CopyFrom([.. start.Zip(u, (value, d) => (float)(value + h * d))]);
                return Evaluate(tape);
            }
        }
    }

    /// <summary>The loss at the inputs' values.</summary>
    public static double Evaluate(Tape tape)
    {
        tape.Forward();
        float[] terms = new float[tape.LossRows * tape.LossTerms];
        tape.Losses.CopyTo(terms);
        return terms.Sum(term => (double)term);
    }
}
