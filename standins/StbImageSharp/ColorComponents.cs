namespace StbImageSharp;

/// <summary>Channels of a decoded picture; the value is the number of bytes per pixel.</summary>
public enum ColorComponents
{
    /// <summary>As the file has them.</summary>
    Default,

    /// <summary>Grey.</summary>
    Grey,

    /// <summary>Grey, alpha.</summary>
    GreyAlpha,

    /// <summary>Red, green, blue.</summary>
    RedGreenBlue,

    /// <summary>Red, green, blue, alpha (not premultiplied).</summary>
    RedGreenBlueAlpha,
}
