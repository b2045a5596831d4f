namespace StbImageWriteSharp;

/// <summary>Channels of a picture to write; the value is the number of bytes per pixel.</summary>
public enum ColorComponents
{
    /// <summary>Grey.</summary>
    Grey = 1,

    /// <summary>Grey, alpha.</summary>
    GreyAlpha = 2,

    /// <summary>Red, green, blue.</summary>
    RedGreenBlue = 3,

    /// <summary>Red, green, blue, alpha (not premultiplied).</summary>
    RedGreenBlueAlpha = 4,
}
