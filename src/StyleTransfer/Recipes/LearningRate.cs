using System.ComponentModel.DataAnnotations;

namespace IlgpuStyle.StyleTransfer.Recipes;

/// <summary>The learning rate as a function of the step t = 0, 1, …</summary>
/// <param name="Initial">
/// The rate at t = 0 (its levels of movement where <paramref name="RelativeToFirstGradient"/>).
/// </param>
/// <param name="Schedule">How it falls.</param>
/// <param name="Decay">The factor per <paramref name="DecaySteps"/>, or the rate of inverse-time decay.</param>
/// <param name="DecaySteps">Steps per decay.</param>
/// <param name="Staircase">Whether t/DecaySteps is floored.</param>
/// <param name="RelativeToFirstGradient">
/// Whether the rate is divided by the RMS of the first gradient, so that the first step of gradient descent moves
/// the picture by Initial in its own units, whatever the network and the weights.
/// </param>
public sealed record LearningRate(
    [property: Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double Initial,
    Schedule Schedule = Schedule.Constant,
    [property: Range(0, double.PositiveInfinity)] double Decay = 1,
    [property: Range(1, int.MaxValue)] int DecaySteps = 1,
    bool Staircase = false, bool RelativeToFirstGradient = false)
{
    /// <summary>The rate at step t, before the division by the first gradient's RMS.</summary>
    public double At(int step)
    {
        double time = Staircase ? step / DecaySteps : (double)step / DecaySteps;
        return Schedule switch
        {
            Schedule.Constant => Initial,
            Schedule.Exponential => Initial * Math.Pow(Decay, time),
            Schedule.InverseTime => Initial / (1 + Decay * time),
            _ => throw new InvalidOperationException($"Schedule {Schedule} is unknown."),
        };
    }
}

/// <summary>How a learning rate falls.</summary>
public enum Schedule
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>Initial · Decay^(t/DecaySteps): Keras's ExponentialDecay.</summary>
    Exponential,

    /// <summary>Initial / (1 + Decay · t/DecaySteps): Keras's InverseTimeDecay.</summary>
    InverseTime,
}
