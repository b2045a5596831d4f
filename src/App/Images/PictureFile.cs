using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.Vgg;
using StbImageSharp;
using StbImageWriteSharp;

namespace IlgpuStyle.App.Images;

/// <summary>Reads PNG and JPEG files into pictures and writes pictures as PNG and JPEG files.</summary>
/// <remarks>
/// Samples are taken as they are: gamma and colour profiles are ignored, as the recipes' own programs ignore them.
/// Grey becomes RGB, CMYK becomes RGB, 16-bit samples become 8-bit ones, EXIF orientation is applied.
/// </remarks>
internal static class PictureFile
{
    /// <summary>JPEG quality of what is written, 1 to 100; chroma is kept at full resolution.</summary>
    public const int JpegQuality = 95;

    private static readonly (int Offset, byte[] Signature, string Name)[] FormatsNotRead =
    [
        (0, "GIF8"u8.ToArray(), "GIF"),
        (0, "BM"u8.ToArray(), "BMP"),
        (8, "WEBP"u8.ToArray(), "WebP"),
        (4, "ftyp"u8.ToArray(), "HEIC, AVIF or video"),
        (0, "II*\0"u8.ToArray(), "TIFF"),
        (0, "MM\0*"u8.ToArray(), "TIFF"),
        (0, "8BPS"u8.ToArray(), "Photoshop"),
        (0, "\0\0\0\x0cJXL "u8.ToArray(), "JPEG XL"),
        (0, "\0\0\0\x0cjP  "u8.ToArray(), "JPEG 2000"),
    ];

    private enum Format
    {
        Png,
        Jpeg,
    }

    /// <summary>Reads a picture, upright.</summary>
    /// <param name="path">A PNG or JPEG file; its content decides which, not its name.</param>
    /// <param name="minimumSide">The least height and width that the caller can use, in pixels.</param>
    /// <param name="inOwnSize">Whether the network gets it as it is, not resized.</param>
    /// <exception cref="InputFileException">
    /// Missing, unreadable, no PNG or JPEG, truncated, damaged, smaller than <paramref name="minimumSide"/>, or larger
    /// than <see cref="PictureFileHeader.MaxPixels"/> or what the network takes.
    /// </exception>
    public static Picture Load(string path, int minimumSide, bool inOwnSize = false) =>
        Decode(path, ReadFile(path), minimumSide, inOwnSize);

    /// <summary>Decodes a picture's file that is in memory; its name is for messages.</summary>
    /// <exception cref="InputFileException">As <see cref="Load"/>.</exception>
    public static Picture Decode(string name, byte[] file, int minimumSide = 1, bool inOwnSize = false)
    {
        PictureFileHeader header = FormatOf(name, file) switch
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
        return Upright(DecodeSamples(name, file), header.Orientation);
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
    /// <exception cref="OutputFileException">Unknown extension, or the file cannot be written.</exception>
    public static void Save(Picture picture, string path)
    {
        Format format = FormatToWrite(path);
        using AtomicFile file = AtomicFile.Create(path);
        try
        {
            file.Write(stream => Encode(picture, format, stream));
        }
        catch (DllNotFoundException e)
        {
            throw new OutputFileException($"'{path}' cannot be written: {e.Message}", e);
        }
        file.Commit();
    }

    /// <summary>Whether a picture that is saved under this name keeps its transparency.</summary>
    public static bool KeepsAlpha(string path) => FormatToWrite(path) == Format.Png;

    private static byte[] ReadFile(string path)
    {
        if (Directory.Exists(path))
            throw new InputFileException($"'{path}' is a folder, not a PNG or JPEG file.");
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (!stream.CanSeek)
                throw new InputFileException($"'{path}' is a pipe; name a file.");
            byte[] start = new byte[16];
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
            throw new InputFileException($"'{path}' does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException
            or ArgumentException or OutOfMemoryException)
        {
            throw new InputFileException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static Format FormatOf(string path, ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngHeader.Signature))
            return Format.Png;
        if (file.StartsWith(JpegHeader.Signature))
            return Format.Jpeg;
        foreach ((int offset, byte[] signature, string name) in FormatsNotRead)
        {
            if (file.Length > offset && file[offset..].StartsWith(signature))
                throw new InputFileException($"'{path}' is a {name} file; save it as PNG or JPEG first.");
        }
        throw new InputFileException($"'{path}' is not a picture: it starts like neither a PNG nor a JPEG file.");
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

    private static void Encode(Picture picture, Format format, Stream stream)
    {
        (int height, int width) = picture.Size;
        if (format == Format.Jpeg)
        {
            new ImageWriter().WriteJpg(
                Bytes(picture.Rgb, null), width, height, StbImageWriteSharp.ColorComponents.RedGreenBlue, stream,
                JpegQuality);
        }
        else
        {
            StbImageWriteSharp.ColorComponents channels = picture.Alpha is null
                ? StbImageWriteSharp.ColorComponents.RedGreenBlue
                : StbImageWriteSharp.ColorComponents.RedGreenBlueAlpha;
            new ImageWriter().WritePng(Bytes(picture.Rgb, picture.Alpha), width, height, channels, stream);
        }
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
