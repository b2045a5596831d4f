using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Losses;

namespace IlgpuStyle.App.Tests.Terminal;

public sealed class RunEstimateTests
{
    private readonly RunEstimate _estimate = new(
    [
        new ScaleSteps(new PictureSize(10, 10), Iterations: 40),
        new ScaleSteps(new PictureSize(20, 20), Iterations: 90),
    ]);

    [Fact]
    public void A_step_weighs_as_much_as_its_picture_has_pixels()
    {
        _estimate.BeginScale(0);
        Add(steps: 20, milliseconds: 500);
        Assert.Equal(2, _estimate.StepsPerSecond, 1e-9);
        // Of 40 · 100 + 90 · 400 pixels' steps 20 · 100 took 10 s: the other 38000 take 190 s.
        Assert.Equal(0.05, _estimate.Share, 1e-9);
        Assert.Equal("0:03:10 left", _estimate.TimeLeft);
    }

    [Fact]
    public void A_scale_has_a_rate_of_its_own_and_begins_where_an_earlier_one_stopped_before_its_time()
    {
        _estimate.BeginScale(0);
        Add(steps: 20, milliseconds: 500);
        _estimate.BeginScale(1);
        Add(steps: 30, milliseconds: 1000);
        Assert.Equal(1, _estimate.StepsPerSecond, 1e-9);
        Assert.Equal("0:01:00 left", _estimate.TimeLeft);
        Add(steps: 60, milliseconds: 1000);
        Assert.Equal(1, _estimate.Share, 1e-9);
    }

    [Fact]
    public void The_first_step_of_a_scale_does_not_count()
    {
        _estimate.BeginScale(0);
        Add(steps: 1, milliseconds: 60_000);
        Assert.False(_estimate.KnowsPace);
        Add(steps: 1, milliseconds: 500);
        Assert.True(_estimate.KnowsPace);
        Assert.Equal(2, _estimate.StepsPerSecond, 1e-9);
    }

    [Fact]
    public void Steps_of_an_earlier_run_are_done_but_say_nothing_of_the_pace()
    {
        _estimate.BeginScale(1, stepsDone: 60);
        Assert.False(_estimate.KnowsPace);
        Add(steps: 10, milliseconds: 1000);
        Assert.Equal(1, _estimate.StepsPerSecond, 1e-9);
        Assert.Equal("0:00:20 left", _estimate.TimeLeft);
    }

    [Fact]
    public void More_than_a_day_is_told_in_hours()
    {
        var estimate = new RunEstimate([new ScaleSteps(new PictureSize(400, 600), Iterations: 4002)]);
        estimate.BeginScale(0);
        for (int i = 0; i < 2; i++)
            estimate.Add(new IterationReport(i, new LossValues(1, 2, 0), LearningRate: 10, Milliseconds: 30_000));
        Assert.Equal("33:20:00 left", estimate.TimeLeft);
    }

    private void Add(int steps, double milliseconds)
    {
        for (int i = 0; i < steps; i++)
            _estimate.Add(new IterationReport(i, new LossValues(1, 2, 0), LearningRate: 10, milliseconds));
    }
}
