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
}
