using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests;

/// <summary>
/// A step whose buffers and kernels are there already neither allocates, on host or device, nor waits.
/// </summary>
/// <remarks>But for L-BFGS: it decides on the host whether it keeps a pair, and waits once for the numbers.</remarks>
[Collection(TestDevice.Collection)]
public sealed class SteadyStepTests(TestDevice device)
{
    /// <summary>ILGPU wraps the host's memory in an object for each copy to it.</summary>
    private const int MostBytesOfACopy = 80;

    private readonly Engine _engine = device.Engine;

    [Theory]
    [InlineData("keras", 0, 0)]
    [InlineData("keras", 2, 0)]
    [InlineData("balanced", 0, 0)]
    [InlineData("multiscale", 0, 0)]
    [InlineData("gatys", 0, 1)]
    public void A_steady_step_neither_allocates_nor_waits(string preset, int memorySaving, int waits)
    {
        Recipe recipe = Presets.Find(preset);
        using var network = new Vgg.VggNetwork(_engine, WideVgg.Weights, recipe.Network, recipe.Layers());
        using var graph = new LossGraph(_engine, network, recipe, WideVgg.Pictures, lossRows: 1, memorySaving);
        graph.Allocate(new Targets(
            _engine, network, recipe, WideVgg.Pictures, bands: null, CancellationToken.None));
        graph.Picture.Value.CopyFrom(StartVariable.Create(recipe, WideVgg.Pictures, seed: 0));
        using Optimizer optimizer = recipe.Optimizer.Create(
            _engine, graph.Picture.Value, graph.Picture.Gradient,
            new Objective(() => throw new InvalidOperationException(), () => throw new InvalidOperationException()));
        for (int warmUp = 0; warmUp < 3; warmUp++)
            Step();
        _engine.Synchronize();
        (long arrays, long waited, long launches) =
            (_engine.AllocationCount, _engine.SynchronizationCount, _engine.LaunchCount);
        long hostBytes = GC.GetAllocatedBytesForCurrentThread();
        const int steps = 3;
        for (int step = 0; step < steps; step++)
            Step();
        hostBytes = GC.GetAllocatedBytesForCurrentThread() - hostBytes;
        Assert.True(_engine.LaunchCount > launches + 100 * steps, "The steps launched next to nothing.");
        Assert.Equal(0, _engine.AllocationCount - arrays);
        Assert.Equal(waits * steps, _engine.SynchronizationCount - waited);
        Assert.InRange(hostBytes, 0, waits * steps * MostBytesOfACopy);

        void Step()
        {
            graph.Evaluate(row: 0);
            optimizer.Step(learningRate: 1e-3);
        }
    }
}
