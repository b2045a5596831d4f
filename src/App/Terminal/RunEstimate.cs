using IlgpuStyle.App.Input;
using IlgpuStyle.StyleTransfer;

namespace IlgpuStyle.App.Terminal;

/// <summary>How far a run is and how long it will take, by the pixels of its steps.</summary>
/// <remarks>
/// The rate is that of the scale at hand: small pictures use a device less well than large ones, so that the rate of an
/// earlier scale would be wrong for longer. A scale's first step is left out: kernels load in it, and memory is touched
/// for the first time.
/// </remarks>
/// <param name="scales">Coarse to fine.</param>
internal sealed class RunEstimate(IReadOnlyList<ScaleSteps> scales)
{
    private int _scale = -1;
    private int _steps;
    private int _timedSteps;
    private double _milliseconds;

    /// <summary>Whether this scale has had a step that counts.</summary>
    public bool KnowsPace => _timedSteps > 1;

    /// <summary>Steps per second at this scale so far.</summary>
    public double StepsPerSecond => 1000 * (_timedSteps - 1) / Math.Max(_milliseconds, 1e-3);

    /// <summary>The part of all pixels' steps that is done.</summary>
    public double Share => 1 - PixelsLeft / scales.Sum(scale => (double)scale.Size.Pixels * scale.Iterations);

    /// <summary>Hours, minutes and seconds to the end; a run may take days.</summary>
    public string TimeLeft
    {
        get
        {
            long seconds = (long)(PixelsLeft / (StepsPerSecond * scales[_scale].Size.Pixels));
            return $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00} left";
        }
    }

    private double PixelsLeft => scales.Skip(_scale).Sum(scale => (double)scale.Size.Pixels * scale.Iterations)
        - (double)_steps * scales[_scale].Size.Pixels;

    /// <summary>A scale's targets are there, also where an optimizer stopped early at the one before.</summary>
    /// <param name="scale">Which.</param>
    /// <param name="stepsDone">At it, by an earlier run that this one goes on from.</param>
    public void BeginScale(int scale, int stepsDone = 0)
    {
        _scale = scale;
        _steps = stepsDone;
        _timedSteps = 0;
        _milliseconds = 0;
    }

    /// <summary>A step is done.</summary>
    public void Add(IterationReport step)
    {
        _steps++;
        if (_timedSteps++ > 0)
            _milliseconds += step.Milliseconds;
    }
}
