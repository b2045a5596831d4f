using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Losses;

namespace IlgpuStyle.StyleTransfer;

/// <summary>
/// The picture of the lowest loss so far, kept on the device: what a run goes back to when its loss is no longer
/// finite, and the result of recipes that want the best picture.
/// </summary>
internal sealed class BestPicture : IDisposable
{
    private readonly Engine _engine;
    private readonly LossGraph _graph;

    /// <param name="engine">The device.</param>
    /// <param name="graph">Whose picture is kept.</param>
    /// <param name="start">What is kept until a loss was seen.</param>
    public BestPicture(Engine engine, LossGraph graph, float[] start)
    {
        _engine = engine;
        _graph = graph;
        Value = engine.AllocateTensor("best picture", graph.Picture.Shape);
        Value.CopyFrom(start);
        Lowest = KeepBest.AllocateLowest(engine);
    }

    /// <summary>The picture.</summary>
    public Tensor Value { get; }

    /// <summary>Its loss, first of the array.</summary>
    public DeviceArray Lowest { get; }

    /// <summary>What a run depends on.</summary>
    public IEnumerable<StateEntry> State => [StateEntry.Of("best", Value), StateEntry.Of("lowest_loss", Lowest)];

    /// <summary>Device memory, in bytes.</summary>
    public static long PlannedBytes(TensorShape picture) => picture.AllocatedBytes + 2 * sizeof(float);

    /// <summary>To be called when the loss of the picture is in a row.</summary>
    public void SeeEvaluated(int row) => _graph.KeepBest(row, Value, Lowest);

    /// <summary>Makes the graph's picture this one.</summary>
    public void GoBack() => _engine.Get(e => new Scale(e)).Launch(Value, 1, _graph.Picture.Value);

    public void Dispose()
    {
        Value.Dispose();
        Lowest.Dispose();
    }
}
