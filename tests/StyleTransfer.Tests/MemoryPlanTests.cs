using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests;

/// <summary>The plan's total is what a run takes at its peak, to the byte; each has an engine of its own.</summary>
[Collection(TestDevice.Collection)]
public sealed class MemoryPlanTests
{
    [Theory]
    [InlineData("keras", ConvolutionForm.Auto, DeviceClass.Cpu)]
    [InlineData("keras", ConvolutionForm.Direct, DeviceClass.Cpu)]
    [InlineData("keras", ConvolutionForm.Auto, DeviceClass.Gpu)]
    [InlineData("keras", ConvolutionForm.Direct, DeviceClass.Gpu)]
    [InlineData("balanced", ConvolutionForm.Auto, DeviceClass.Cpu)]
    [InlineData("gatys", ConvolutionForm.Auto, DeviceClass.Cpu)]
    [InlineData("average", ConvolutionForm.Auto, DeviceClass.Cpu)]
    [InlineData("multiscale", ConvolutionForm.Auto, DeviceClass.Cpu)]
    public void A_run_takes_the_memory_that_its_plan_says(string preset, ConvolutionForm form, DeviceClass forms)
    {
        Recipe recipe = Presets.Find(preset);
        recipe = recipe with { Iterations = 2, Network = recipe.Network with { Convolution = form } };
        RunAsPlanned(forms, recipe, [WideVgg.Pictures]);
    }

    [Fact]
    public void A_history_that_a_graphics_card_has_no_room_for_lies_on_the_host()
    {
        Recipe recipe = Presets.Find("gatys") with { Iterations = 4 };
        long all = PlanOf(recipe, limit: null).TotalBytes;
        long others = PlanOf(recipe with { Optimizer = new LbfgsSettings(History: 1) }, limit: all / 2).TotalBytes;
        long limit = others + (all - others) / 10;
        Assert.True(PlanOf(recipe, limit).Form.OptimizerOnHost);
        RunAsPlanned(DeviceClass.Gpu, recipe, [WideVgg.Pictures], limit);
    }

    [Theory]
    [InlineData("multiscale")]
    [InlineData("gatys")]
    public void Each_scale_takes_over_the_memory_of_the_one_before(string preset)
    {
        Recipe recipe = Presets.Find(preset) with
        {
            Iterations = 1,
            Scales = new ScaleRule(Smallest: 1, LaterIterations: 1),
        };
        RunAsPlanned(forms: null, recipe, [WideVgg.Pictures, WideVgg.Pictures]);
    }

    [Theory]
    [InlineData(150, true, 358, "--size 358x179 instead of 512x256 would fit.")]
    [InlineData(101, true, 0, "not even 32 pixels a side would fit; a larger --max-memory may do.")]
    [InlineData(101, false, 0, "not even 32 pixels a side would fit; another --device may do.")]
    [InlineData(100, true, 0, "the weights alone leave no room; a larger --max-memory may do.")]
    [InlineData(100, false, 0, "the weights alone leave no room; another --device may do.")]
    public void What_does_not_fit_is_refused_with_what_would(long available, bool limited, int width, string advice)
    {
        var plan = new MemoryPlan(
            WeightBytes: 100 << 20, ScratchBytes: 20 << 20, TargetBytes: 30 << 20, GraphBytes: 70 << 20,
            OptimizerBytes: 10 << 20, new MemoryForm(0), RecomputedShare: 0);
        Assert.Equal(
            $"The run needs 200 MiB of device memory, but {available} MiB are available: {advice}",
            plan.Refusal(
                limited
                    ? new MemoryLimit(plan.TotalBytes, available << 20)
                    : new MemoryLimit(available << 20, UserBytes: null),
                (256, 512), width == 0 ? null : (width / 2, width), smallestSide: 32).Message);
    }

    [Fact]
    public void Sides_shrink_by_the_root_of_what_is_left_beside_the_weights()
    {
        var plan = new MemoryPlan(
            WeightBytes: 100, ScratchBytes: 20, TargetBytes: 30, GraphBytes: 70, OptimizerBytes: 10, new MemoryForm(0),
            RecomputedShare: 0);
        Assert.Equal(0.99 * 0.5, plan.SideFactor(125), 1e-12);
        Assert.Equal(0, plan.SideFactor(90));
    }

    /// <param name="forms">Of launches; null for the device's own.</param>
    /// <param name="recipe">What to run.</param>
    /// <param name="scales">Its pictures.</param>
    /// <param name="limit">Of the memory; null for the device's.</param>
    private static void RunAsPlanned(
        DeviceClass? forms, Recipe recipe, IReadOnlyList<ScalePictures> scales, long? limit = null)
    {
        Engine engine = TestDevice.Open();
        using (engine)
        {
            engine.Class = forms ?? engine.Class;
            // A large GPU's small tiles are much quicker on a CPU.
            if (engine.Class == DeviceClass.Gpu)
                engine.Multiprocessors = 132;
            long scratch;
            using (var job = new StyleTransferJob(engine, WideVgg.Weights, recipe, scales, maxMemoryBytes: limit))
            {
                job.Run(new RunObserver());
                Assert.Equal(job.Plan.TotalBytes, engine.PeakAllocatedBytes);
                scratch = job.Plan.ScratchBytes;
            }
            // What launches share stays until the engine closes.
            Assert.Equal(scratch, engine.AllocatedBytes);
        }
        Assert.Equal(0, engine.AllocatedBytes);
    }

    private static MemoryPlan PlanOf(Recipe recipe, long? limit)
    {
        using Engine engine = TestDevice.Open();
        engine.Class = DeviceClass.Gpu;
        using var job = new StyleTransferJob(
            engine, WideVgg.Weights, recipe, [WideVgg.Pictures], maxMemoryBytes: limit);
        return job.Plan;
    }
}
