using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Images;

/// <summary>A picture as a web page gets it: no larger than it is looked at, and encoded.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="MediaType">image/jpeg, or image/png where the picture has transparency.</param>
internal sealed record Preview(byte[] Bytes, string MediaType)
{
    private const int JpegQuality = 90;

    /// <summary>The picture in a page that needs no other file.</summary>
    public string DataUri => $"data:{MediaType};base64,{Convert.ToBase64String(Bytes)}";

    /// <summary>Encodes a picture.</summary>
    /// <param name="picture">Of any size.</param>
    /// <param name="mostSide">The longest side that it may have, in pixels.</param>
    public static Preview Of(Picture picture, int mostSide)
    {
        Picture shown = picture.Size.LongSide <= mostSide
            ? picture
            : Resampling.Resize(
                picture, picture.Size.WithLongSide(mostSide, MidpointRounding.ToEven), ResamplingFilter.Bilinear);
        return shown.Alpha is null
            ? new Preview(PictureFile.EncodeJpeg(shown, JpegQuality), "image/jpeg")
            : new Preview(PictureFile.EncodePng(shown), "image/png");
    }
}
