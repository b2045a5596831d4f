namespace IlgpuStyle.App.Images;

/// <summary>How the content's colours are kept, and whether the styles or the result are changed for it.</summary>
internal enum KeptColors
{
    /// <summary>The result gets the content's chrominance.</summary>
    Luminance,

    /// <summary>
    /// The run sees luminance alone, each style's with the mean and deviation of the content's; its result gets the
    /// content's chrominance.
    /// </summary>
    LuminanceBefore,

    /// <summary>Each style gets the content's mean colour and covariance before the run.</summary>
    Linear,

    /// <summary>Each style gets the content's histogram, channel by channel, before the run.</summary>
    Histogram,

    /// <summary>The result gets the content's mean colour and covariance.</summary>
    LinearAfter,

    /// <summary>The result gets the content's histogram, channel by channel.</summary>
    HistogramAfter,

    /// <summary>
    /// The other way round: the result keeps its chrominance and gets the content's luminance, the style's colours
    /// without its strokes.
    /// </summary>
    Style,
}
