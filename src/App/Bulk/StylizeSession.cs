using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Options;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Bulk;

/// <summary>
/// What the runs of one process have in common when one follows another: the device, weights, the network on it
/// and statistics of styles.
/// </summary>
internal sealed class StylizeSession : IDisposable
{
    private (string Choice, int? Seed, string DeepestLayer, Task<VggWeights> Reading)? _weights;

    /// <param name="device">See <see cref="Engine.Open(string)"/>.</param>
    /// <param name="hashes">Of files that were read.</param>
    /// <exception cref="DeviceException">There is no such device, or it cannot be used.</exception>
    public StylizeSession(string device, FileHashes hashes)
    {
        Hashes = hashes;
        Engine = Engine.Open(device);
        Engine.LoadKernelsAhead();
        Network = new SharedNetwork(Engine);
    }

    /// <summary>The open device.</summary>
    public Engine Engine { get; }

    /// <summary>Of files that were read.</summary>
    public FileHashes Hashes { get; }

    /// <summary>The network on it.</summary>
    public SharedNetwork Network { get; }

    /// <summary>The weights that a run needs: those of the last one, or read now.</summary>
    /// <inheritdoc cref="WeightsOption.Load"/>
    public Task<VggWeights> LoadWeights(string choice, string deepestLayer, int seed, Action<string> tell)
    {
        int? seedThatCounts = choice == WeightsOption.Synthetic ? seed : null;
        if (_weights is { } last && (last.Choice, last.Seed) == (choice, seedThatCounts)
            && Vgg19.Deeper(last.DeepestLayer, deepestLayer) == last.DeepestLayer && !last.Reading.IsFaulted)
        {
            return last.Reading;
        }
        var reading = Task.Run(() => WeightsOption.Load(choice, deepestLayer, seed, tell));
        _weights = (choice, seedThatCounts, deepestLayer, reading);
        return reading;
    }

    public void Dispose()
    {
        Network.Dispose();
        Engine.Dispose();
    }
}
