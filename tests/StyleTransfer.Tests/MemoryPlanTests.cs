using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests;

/// <summary>The plan's total is what a run takes at its peak, to the byte; each has an engine of its own.</summary>
[Collection(TestDevice.Collection)]
public sealed class MemoryPlanTests
{
    [Theory]
    [InlineData("keras", ConvolutionForm.Auto)]
    [InlineData("keras", ConvolutionForm.Direct)]
    [InlineData("balanced", ConvolutionForm.Auto)]
    [InlineData("gatys", ConvolutionForm.Auto)]
    [InlineData("average", ConvolutionForm.Auto)]
    [InlineData("multiscale", ConvolutionForm.Auto)]
    public void A_run_takes_the_memory_that_its_plan_says(string preset, ConvolutionForm form)
    {
        Recipe recipe = Presets.Find(preset);
        recipe = recipe with { Iterations = 2, Network = recipe.Network with { Convolution = form } };
        using Engine engine = TestDevice.Open();
        using (var job = new StyleTransferJob(engine, WideVgg.Weights, recipe, [WideVgg.Pictures]))
        {
            job.Run(new RunObserver());
            Assert.Equal(job.Plan.TotalBytes, engine.PeakAllocatedBytes);
        }
        // What is left, launchers share until the engine closes.
        Assert.True(engine.AllocatedBytes < engine.PeakAllocatedBytes / 2);
    }

    [Theory]
    [InlineData(150, "a --size of 358 instead of 512 pixels would fit.")]
    [InlineData(100, "the weights alone leave no room; a larger --max-memory or another --device may.")]
    public void What_does_not_fit_is_refused_with_what_would(long available, string advice)
    {
        var plan = new MemoryPlan(
            WeightBytes: 100 << 20, ScratchBytes: 20 << 20, TargetBytes: 30 << 20, GraphBytes: 70 << 20,
            OptimizerBytes: 10 << 20, MemorySaving: 0, RecomputedShare: 0);
        plan.RequireAtMost(plan.TotalBytes, longSide: 512);
        Assert.Equal(
            $"The run needs 200 MiB of device memory, but {available} MiB are available: {advice}",
            Assert.Throws<DeviceException>(() => plan.RequireAtMost(available << 20, longSide: 512)).Message);
    }
}
