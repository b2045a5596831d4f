using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.FastStyle;

/// <summary>Applies a network to pictures of any size, in bands of rows.</summary>
/// <remarks>
/// Statistics of normalisations are those of the whole picture, added up row by row, so that bands of any height give
/// the same pixels up to rounding.
/// </remarks>
public sealed class NetworkForward : IDisposable
{
    private readonly Engine _engine;
    private readonly StyleNetwork _network;
    private readonly NetworkParameters _parameters;
    private readonly long _parameterBytes;
    private readonly ForwardMemory _memory;

    /// <summary>Uploads the weights.</summary>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public NetworkForward(Engine engine, StyleNetwork network)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        _memory = new ForwardMemory(engine);
        _network = network;
        _parameters = new NetworkParameters(engine, network, trainable: false);
        _parameterBytes = _parameters.All.Sum(parameter => (long)sizeof(float) * parameter.Length);
    }

    /// <summary>Device memory that a picture takes where it may be so much, in bytes; else the least.</summary>
    /// <exception cref="ArgumentException">The picture is too small for the network.</exception>
    public long PlannedBytes(int height, int width, long availableBytes) =>
        _parameterBytes + ForwardPlan.For(_engine, _network, height, width, availableBytes - _parameterBytes).Bytes;

    /// <summary>Repaints a picture.</summary>
    /// <param name="picture">Levels from 0 to 255.</param>
    /// <param name="availableBytes">Device memory to take at most, weights included.</param>
    /// <param name="cancellation">Ends it between two bands.</param>
    /// <returns>A picture of the same size; levels may be outside 0 to 255.</returns>
    /// <exception cref="ArgumentException">The picture is too small for the network.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RgbPicture Run(
        RgbPicture picture, long availableBytes = long.MaxValue, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        (int height, int width) = (picture.Height, picture.Width);
        return Run(
            picture, ForwardPlan.For(_engine, _network, height, width, availableBytes - _parameterBytes), cancellation);
    }

    /// <summary>Frees the weights, and the memory that pictures have left for the next.</summary>
    public void Dispose()
    {
        _memory.Dispose();
        _parameters.Dispose();
    }

    /// <summary>Repaints a picture in a given way.</summary>
    internal RgbPicture Run(RgbPicture picture, ForwardPlan plan, CancellationToken cancellation)
    {
        _memory.Prepare(plan);
        using var run = new ForwardRun(_engine, _parameters, plan, picture, _memory);
        return run.Run(cancellation);
    }
}
