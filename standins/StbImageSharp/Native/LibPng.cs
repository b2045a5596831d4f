using System.Runtime.InteropServices;

namespace Stb.Native;

/// <summary>The simplified API of libpng 1.6 (png.h, "SIMPLIFIED API").</summary>
internal static unsafe partial class LibPng
{
    public const uint ImageVersion = 1;
    public const uint FormatAlpha = 0x01;
    public const uint FormatColor = 0x02;

    /// <summary>16-bit samples without gAMA are sRGB-encoded, not linear.</summary>
    public const uint Flag16BitSrgb = 0x04;

    private const string Library = "libpng16";

    static LibPng() => NativeLibraryLoader.Register(
        Library,
        [
            "libpng16.so.16", "libpng16.16.dylib", "/opt/homebrew/lib/libpng16.16.dylib", "libpng16-16.dll",
            "libpng16.dll",
        ],
        "PNG pictures need libpng 1.6, which was not found: install it " +
        "(Debian: libpng16-16, or libpng16-16t64 from version 13).");

    [LibraryImport(Library, EntryPoint = "png_image_begin_read_from_memory")]
    public static partial int BeginReadFromMemory(ref Image image, byte* memory, nuint size);

    [LibraryImport(Library, EntryPoint = "png_image_finish_read")]
    public static partial int FinishRead(
        ref Image image, void* background, byte* buffer, int rowStride, void* colormap);

    [LibraryImport(Library, EntryPoint = "png_image_write_to_memory")]
    public static partial int WriteToMemory(
        ref Image image, byte* memory, ref nuint memoryBytes, int convertTo8Bit, byte* buffer, int rowStride,
        void* colormap);

    [LibraryImport(Library, EntryPoint = "png_image_free")]
    public static partial void Free(ref Image image);

    /// <summary>png_image.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Image
    {
        public nint Opaque;
        public uint Version;
        public uint Width;
        public uint Height;
        public uint Format;
        public uint Flags;
        public uint ColormapEntries;
        public uint WarningOrError;
        public fixed byte Message[64];

        public readonly string MessageText
        {
            get
            {
                fixed (byte* message = Message)
                {
                    return Marshal.PtrToStringUTF8((nint)message) ?? string.Empty;
                }
            }
        }
    }
}
