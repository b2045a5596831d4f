namespace IlgpuStyle.StyleTransfer;

/// <summary>The loss became NaN or infinite. The message is one sentence for the user.</summary>
public sealed class LossNotFiniteException : Exception
{
    internal LossNotFiniteException(int iteration, RgbPicture lastFinite, string advice)
        : base($"The loss is no longer finite at iteration {iteration}: {advice}.")
    {
        Iteration = iteration;
        LastFinitePicture = lastFinite;
    }

    /// <summary>The step, counted from 0, before which the loss was not finite.</summary>
    public int Iteration { get; }

    /// <summary>The last picture whose loss was seen to be finite.</summary>
    public RgbPicture LastFinitePicture { get; }
}
