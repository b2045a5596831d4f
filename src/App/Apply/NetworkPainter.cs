using System.Diagnostics;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.FastStyle;
using IlgpuStyle.FastStyle.Onnx;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Apply;

/// <summary>A network on a device, which repaints one picture file after the other.</summary>
internal sealed class NetworkPainter : IDisposable
{
    /// <summary>
    /// What a process takes beside the device's memory: runtime, driver and its compiler, in bytes; and for each pixel
    /// the picture, its result and copies of that on its way to a file.
    /// </summary>
    private const long ProcessBytes = 210L << 20;

    private const int HostBytesPerPixel = 88;

    /// <summary>Pixels from which on it is worth its time to give memory back.</summary>
    private const long LargePicture = 4_000_000;

    private readonly int _smallestSide;
    private readonly int? _maxMebibytes;
    private readonly Action<string> _tell;
    private readonly Engine _engine;
    private readonly NetworkForward _forward;

    /// <summary>Reads the network and opens the device.</summary>
    /// <param name="network">The network's file.</param>
    /// <param name="device">See <see cref="Engine.Open(string)"/>.</param>
    /// <param name="maxMebibytes">
    /// A GPU's memory to take at most, or on a CPU the whole program's; null for no limit.
    /// </param>
    /// <param name="tell">Is told of the network, the device, and what became of files' colours.</param>
    /// <exception cref="NetworkFileException">The network's file cannot be used.</exception>
    /// <exception cref="DeviceException">The device cannot be opened or has too little memory.</exception>
    public NetworkPainter(string network, string device, int? maxMebibytes, Action<string> tell)
    {
        StyleNetwork read = NetworkFile.Read(network);
        _smallestSide = MapShapes.SmallestSide(read) ?? throw new NetworkFileException(
            $"'{network}' makes pictures that are smaller than theirs, which no style network does.");
        _maxMebibytes = maxMebibytes;
        _tell = tell;
        _engine = Engine.Open(device);
        _engine.LoadKernelsAhead();
        DeviceLines.Tell(_engine, tell);
        _forward = new NetworkForward(_engine, read);
    }

    /// <summary>How the content's colours are kept; null for not.</summary>
    public KeptColors? KeptColors { get; init; }

    /// <summary>Of results that are JPEG.</summary>
    public int JpegQuality { get; init; } = PictureFile.DefaultJpegQuality;

    /// <summary>Repaints a picture.</summary>
    /// <returns>What was done, as a line for the user.</returns>
    /// <exception cref="InputFileException">The picture cannot be read, or is too small for the network.</exception>
    /// <exception cref="OutputFileException">The result cannot be written.</exception>
    /// <exception cref="DeviceException">The memory is too small.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public string Paint(string picture, string output, CancellationToken cancellation)
    {
        Picture content = PictureFile.LoadVisible(picture, _smallestSide, _tell);
        if (content.Alpha is not null && !PictureFile.IsPng(output))
            _tell($"The transparency of '{picture}' is lost in '{output}': a name that ends in .png would keep it.");
        long available = AvailableBytes(content.Size);
        long needed = _forward.PlannedBytes(content.Size.Height, content.Size.Width, available);
        if (needed > available)
        {
            // On a CPU, as --max-memory counts it.
            long host = _engine.Device.Class == DeviceClass.Cpu ? HostBytes(content.Size) : 0;
            throw new DeviceException(
                $"'{picture}' of {content.Size} pixels needs {Mebibytes(needed + host)} MiB of memory, but "
                + $"{Mebibytes(Math.Max(0, available + host))} MiB are available: scale it down, or "
                + (_maxMebibytes is null ? "take another --device." : "allow a larger --max-memory."));
        }
        // What decoding has left would stay beside the device's memory.
        if (content.Size.Pixels > LargePicture)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var clock = Stopwatch.StartNew();
        RgbPicture result = _forward.Run(content.Opaque(), available, cancellation);
        double seconds = clock.Elapsed.TotalSeconds;
        foreach (ref float level in result.Values.AsSpan())
            level = Math.Clamp(level, 0, 255);
        Picture finished = ColorMatching.KeepColors(
            new Picture(content.Size, result.Values, content.Alpha), content, KeptColors);
        PictureFile.Save(finished, output, JpegQuality);
        return $"{picture}, {content.Size}: {seconds:F2} s, {Mebibytes(needed)} MiB of device memory";
    }

    public void Dispose()
    {
        _forward.Dispose();
        _engine.Dispose();
    }

    /// <summary>Device memory for a picture that is read already; below 0 where it is too large for the host.</summary>
    private long AvailableBytes(PictureSize size)
    {
        bool isCpu = _engine.Device.Class == DeviceClass.Cpu;
        long device = isCpu
            ? _engine.AllocatedBytes + HostMemory.AvailableBytes - (HostMemory.TotalBytes / 10) - HostBytes(size)
            : _engine.Device.MemoryBytes;
        long user = _maxMebibytes is { } given ? ((long)given << 20) - (isCpu ? HostBytes(size) : 0) : long.MaxValue;
        return Math.Min(device, user);
    }

    private static long HostBytes(PictureSize size) => ProcessBytes + (HostBytesPerPixel * size.Pixels);

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
