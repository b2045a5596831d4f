using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;
using StbImageSharp;
using StbImageWriteSharp;

namespace IlgpuStyle.App.Images;

/// <summary>Reads PNG and JPEG files into pictures and writes pictures as PNG and JPEG files.</summary>
/// <remarks>
/// Colours are read as sRGB: gamma and ICC profiles of curves and a matrix are applied. Grey becomes RGB, CMYK becomes
/// RGB, 16-bit samples become 8-bit ones, EXIF orientation is applied. Files are forgiven what no pixel depends on.
/// </remarks>
internal static class PictureFile
{
    /// <summary>JPEG quality, 1 to 100, unless another is asked for; chroma is kept at full resolution.</summary>
    public const int DefaultJpegQuality = 95;

    /// <summary>
    /// What stands in for the bytes that a JPEG without its end may lack, in two ways; more than a block takes that all
    /// bits are read from.
    /// </summary>
    private const int StandInBytes = 64;

    private enum Format
    {
        Png,
        Jpeg,
    }

    /// <summary>Reads a picture, upright.</summary>
    /// <param name="path">A PNG or JPEG file; its content decides which, not its name.</param>
    /// <param name="minimumSide">The least height and width that the caller can use, in pixels.</param>
    /// <param name="tell">Is told what became of colours, and what the file lacks.</param>
    /// <param name="inOwnSize">Whether the network gets it as it is, not resized.</param>
    /// <exception cref="InputFileException">
    /// Missing, unreadable, no PNG or JPEG, truncated, damaged, smaller than <paramref name="minimumSide"/>, or larger
    /// than <see cref="PictureFileHeader.MaxPixels"/> or what the network takes.
    /// </exception>
    public static Picture Load(
        string path, int minimumSide, Action<string>? tell = null, bool inOwnSize = false) =>
        Decode(path, ReadFile(path), minimumSide, tell, inOwnSize);

    /// <summary>
    /// Reads a picture as the network sees it: <see cref="Load"/>, and behind what is transparent its surroundings.
    /// </summary>
    /// <exception cref="InputFileException">As <see cref="Load"/>.</exception>
    public static Picture LoadVisible(
        string path, int minimumSide, Action<string>? tell = null, bool inOwnSize = false) =>
        Surroundings.ShowBehind(Load(path, minimumSide, tell, inOwnSize));

    /// <summary>Decodes a picture's file that is in memory; its name is for messages.</summary>
    /// <exception cref="InputFileException">As <see cref="Load"/>.</exception>
    public static Picture Decode(
        string name, byte[] file, int minimumSide = 1, Action<string>? tell = null, bool inOwnSize = false)
    {
        Format format = FormatOf(name, file);
        PictureFileHeader header = format switch
        {
            Format.Png => PngHeader.Read(name, file),
            _ => JpegHeader.Read(name, file),
        };
        if (header.Stored.ShortSide < minimumSide)
        {
            throw new InputFileException(
                $"'{name}' is too small: {header.Stored} pixels, where each side must have at least {minimumSide}.");
        }
        if (inOwnSize && !Vgg19.CanIndex(header.Stored.Height, header.Stored.Width))
        {
            throw new InputFileException(
                $"'{name}' is too large for VGG19: {header.Stored} pixels, where up to 33 million fit; scale it down "
                + "first.");
        }
        Picture picture = Upright(
            header.LacksEnd
                ? DecodeWithoutEnd(name, header.Decodable, format)
                : DecodeSamples(name, header.Decodable),
            header.Orientation);
        header.Colors?.ToSrgb(picture.Rgb);
        foreach (string note in header.Notes)
            tell?.Invoke($"'{name}': {note}.");
        return picture;
    }

    /// <summary>
    /// Refuses a path that <see cref="Save"/> could not write, before a long run instead of after it.
    /// </summary>
    /// <exception cref="OutputFileException">Unknown extension, no such folder, or no right to write there.</exception>
    public static void CheckWritable(string path)
    {
        _ = FormatToWrite(path);
        AtomicFile.CheckWritable(path);
    }

    /// <summary>
    /// Writes a picture as PNG or JPEG, by the path's extension; samples are rounded and clipped to 0..255.
    /// </summary>
    /// <remarks>
    /// A PNG gets the alpha plane, a JPEG cannot. The file appears under its name only when it is whole; an existing
    /// one is replaced.
    /// </remarks>
    /// <param name="picture">What is written.</param>
    /// <param name="path">Where to.</param>
    /// <param name="jpegQuality">1 to 100; a PNG loses nothing.</param>
    /// <param name="text">Goes into the file, where <see cref="PictureText"/> finds it; null for none.</param>
    /// <exception cref="OutputFileException">Unknown extension, or the file cannot be written.</exception>
    public static void Save(
        Picture picture, string path, int jpegQuality = DefaultJpegQuality, string? text = null)
    {
        Format format = FormatToWrite(path);
        using AtomicFile file = AtomicFile.Create(path);
        byte[] encoded = format == Format.Png ? EncodePng(picture) : EncodeJpeg(picture, jpegQuality);
        if (text is not null)
            encoded = format == Format.Png ? PictureText.InPng(encoded, text) : PictureText.InJpeg(encoded, text);
        file.Write(stream => stream.Write(encoded));
        file.Commit();
    }

    /// <summary>Whether a picture of this name is saved as PNG, which keeps transparency and every level.</summary>
    public static bool IsPng(string path) => FormatToWrite(path) == Format.Png;

    /// <summary>A picture file's bytes.</summary>
    /// <exception cref="InputFileException">Missing, unreadable, or neither PNG nor JPEG.</exception>
    public static byte[] ReadFile(string path)
    {
        if (Directory.Exists(path))
            throw new InputFileException($"'{path}' is a folder, not a PNG or JPEG file.");
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (!stream.CanSeek)
                throw new InputFileException($"'{path}' is a pipe; name a file.");
            byte[] start = new byte[OtherFormats.StartBytes];
            int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (read == 0)
                throw new InputFileException($"'{path}' is empty, not a PNG or JPEG file.");
            // Refuse by the first bytes what would only fill memory.
            _ = FormatOf(path, start.AsSpan(0, read));
            if (stream.Length > Array.MaxLength)
            {
                throw new InputFileException(
                    $"'{path}' is too large: {stream.Length} bytes, where up to {Array.MaxLength} are read.");
            }
            byte[] file = new byte[stream.Length];
            stream.Position = 0;
            stream.ReadExactly(file);
            return file;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"'{path}' {MissingFile.Reason(path)}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException
            or ArgumentException or OutOfMemoryException)
        {
            throw new InputFileException($"'{path}' cannot be read: {MissingFile.Reason(e)}.", e);
        }
    }

    private static Format FormatOf(string path, ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngHeader.Signature))
            return Format.Png;
        if (file.StartsWith(JpegHeader.Signature))
            return Format.Jpeg;
        throw OtherFormats.Refusal(path, file);
    }

    private static ImageResult DecodeSamples(string path, byte[] file)
    {
        try
        {
            return ImageResult.FromMemory(file);
        }
        catch (DllNotFoundException e)
        {
            throw new InputFileException($"'{path}' cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or NullReferenceException or OverflowException or IOException)
        {
            throw PictureFileHeader.Damaged(path, $"it does not decode ({e.Message})", e);
        }
    }

    /// <summary>Decodes what a file without its end has, if that is all pixels.</summary>
    /// <remarks>
    /// The decoder knows of a PNG. A JPEG is decoded twice, with bits of 0 and with bits of 1 behind its data: where
    /// that makes a difference, pixels are missing.
    /// </remarks>
    private static ImageResult DecodeWithoutEnd(string path, byte[] file, Format format)
    {
        try
        {
            if (format == Format.Png)
                return DecodeSamples(path, file);
            ImageResult zeros = DecodeWith([0, 0]);
            ImageResult ones = DecodeWith([0xFF, 0]);
            if (zeros.Data.AsSpan().SequenceEqual(ones.Data))
                return zeros;
        }
        catch (InputFileException)
        {
            // Neither does what is there decode.
        }
        throw PictureFileHeader.Truncated(path, format == Format.Png ? "PNG" : "JPEG", file.Length);

        ImageResult DecodeWith(byte[] standIn) => DecodeSamples(
            path, [.. file, .. Enumerable.Repeat(standIn, StandInBytes / 2).SelectMany(bytes => bytes), 0xFF, 0xD9]);
    }

    private static Picture Upright(ImageResult decoded, int orientation)
    {
        PictureSize stored = new(decoded.Height, decoded.Width);
        PictureSize size = ExifOrientation.SwapsSides(orientation)
            ? new PictureSize(stored.Width, stored.Height)
            : stored;
        (int origin, int down, int right) = ExifOrientation.Walk(orientation, stored);

        byte[] samples = decoded.Data;
        int channels = (int)decoded.Comp;
        bool hasAlpha = decoded.Comp is StbImageSharp.ColorComponents.GreyAlpha
            or StbImageSharp.ColorComponents.RedGreenBlueAlpha;
        int colors = hasAlpha ? channels - 1 : channels;
        float[] rgb = new float[size.Pixels * 3];
        float[]? alpha = hasAlpha ? new float[size.Pixels] : null;
        int pixel = 0;
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++, pixel++)
            {
                long sample = (origin + ((long)y * down) + ((long)x * right)) * channels;
                for (int channel = 0; channel < 3; channel++)
                    rgb[((long)pixel * 3) + channel] = samples[sample + (colors == 3 ? channel : 0)];
                if (alpha is not null)
                    alpha[pixel] = samples[sample + colors];
            }
        }
        return new Picture(size, rgb, alpha);
    }

    /// <summary>The bytes of a PNG file, alpha included; samples are rounded and clipped to 0..255.</summary>
    public static byte[] EncodePng(Picture picture)
    {
        (int height, int width) = picture.Size;
        using var encoded = new MemoryStream();
        StbImageWriteSharp.ColorComponents channels = picture.Alpha is null
            ? StbImageWriteSharp.ColorComponents.RedGreenBlue
            : StbImageWriteSharp.ColorComponents.RedGreenBlueAlpha;
        new ImageWriter().WritePng(Bytes(picture.Rgb, picture.Alpha), width, height, channels, encoded);
        return SrgbTag.InPng(encoded.ToArray());
    }

    /// <summary>The bytes of a JPEG file, without alpha; samples are rounded and clipped to 0..255.</summary>
    /// <param name="picture">What is written.</param>
    /// <param name="quality">1 to 100.</param>
    public static byte[] EncodeJpeg(Picture picture, int quality)
    {
        (int height, int width) = picture.Size;
        using var encoded = new MemoryStream();
        new ImageWriter().WriteJpg(
            Bytes(picture.Rgb, null), width, height, StbImageWriteSharp.ColorComponents.RedGreenBlue, encoded, quality);
        return SrgbTag.InJpeg(encoded.ToArray());
    }

    private static byte[] Bytes(float[] rgb, float[]? alpha)
    {
        if (alpha is null)
            return Array.ConvertAll(rgb, ToByte);
        byte[] bytes = new byte[alpha.Length * 4L];
        for (long pixel = 0; pixel < alpha.Length; pixel++)
        {
            for (int channel = 0; channel < 3; channel++)
                bytes[(pixel * 4) + channel] = ToByte(rgb[(pixel * 3) + channel]);
            bytes[(pixel * 4) + 3] = ToByte(alpha[pixel]);
        }
        return bytes;
    }

    private static byte ToByte(float sample) => (byte)Math.Clamp(MathF.Round(sample), 0, 255);

    private static Format FormatToWrite(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" => Format.Png,
        ".JPG" or ".JPEG" => Format.Jpeg,
        _ => throw new OutputFileException($"'{path}' cannot be written: its name must end in .png, .jpg or .jpeg."),
    };
}
