using System.Runtime.InteropServices;

namespace Stb.Native;

/// <summary>The TurboJPEG 2 API of libjpeg-turbo (turbojpeg.h), which version 3 keeps.</summary>
internal static unsafe partial class TurboJpeg
{
    public const int ColorspaceGray = 2;
    public const int ColorspaceCmyk = 3;
    public const int ColorspaceYcck = 4;
    public const int PixelRgb = 0;
    public const int PixelGray = 6;
    public const int PixelCmyk = 11;
    public const int Subsampling444 = 0;
    public const int Subsampling420 = 2;
    public const int FlagAccurateDct = 4096;

    /// <summary>Refuse a progressive file of more than 500 scans, a way to burn time.</summary>
    public const int FlagLimitScans = 32768;

    public const int ErrorWarning = 0;

    private const string Library = "libturbojpeg";

    static TurboJpeg() => NativeLibraryLoader.Register(
        Library,
        [
            "libturbojpeg.so.0", "libturbojpeg.0.dylib", "/opt/homebrew/lib/libturbojpeg.0.dylib", "turbojpeg.dll",
            "libturbojpeg.dll",
        ],
        "JPEG pictures need libjpeg-turbo's TurboJPEG library, which was not found: install it " +
        "(Debian: libturbojpeg0, Ubuntu: libturbojpeg).");

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    public static partial nint InitDecompress();

    // CULong: the C prototypes say unsigned long.
    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    public static partial int DecompressHeader3(
        nint handle, byte* jpeg, CULong size, out int width, out int height, out int subsampling, out int colorspace);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    public static partial int Decompress2(
        nint handle, byte* jpeg, CULong size, byte* destination, int width, int pitch, int height, int pixelFormat,
        int flags);

    [LibraryImport(Library, EntryPoint = "tjInitCompress")]
    public static partial nint InitCompress();

    [LibraryImport(Library, EntryPoint = "tjCompress2")]
    public static partial int Compress2(
        nint handle, byte* source, int width, int pitch, int height, int pixelFormat, ref byte* jpeg, ref CULong size,
        int subsampling, int quality, int flags);

    [LibraryImport(Library, EntryPoint = "tjFree")]
    public static partial void Free(byte* buffer);

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "tjGetErrorCode")]
    public static partial int GetErrorCode(nint handle);

    public static string LastError(nint handle) => Marshal.PtrToStringUTF8(GetErrorText(handle)) ?? string.Empty;

    [LibraryImport(Library, EntryPoint = "tjGetErrorStr2")]
    private static partial nint GetErrorText(nint handle);
}
