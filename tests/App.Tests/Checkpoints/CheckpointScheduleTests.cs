using IlgpuStyle.App.Checkpoints;

namespace IlgpuStyle.App.Tests.Checkpoints;

public sealed class CheckpointScheduleTests
{
    [Theory]
    [InlineData("30s", "every 30 s")]
    [InlineData("10m", "after 60 s, then every 10 min")]
    [InlineData("90s", "after 60 s, then every 1.5 min")]
    [InlineData("25", "every 25 steps")]
    [InlineData("1", "every step")]
    public void Times_and_steps_are_understood(string text, string described) =>
        Assert.Equal(described, CheckpointSchedule.Parse(text)!.Described);

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0s")]
    [InlineData("s")]
    [InlineData("-5")]
    [InlineData("10h")]
    [InlineData("1.5m")]
    [InlineData("99999999999s")]
    [InlineData("always")]
    public void Anything_else_is_not(string text) => Assert.Null(CheckpointSchedule.Parse(text));

    [Fact]
    public void Never_is_a_word() => Assert.Equal(CheckpointSchedule.Never, CheckpointSchedule.Parse("never"));

    [Fact]
    public void Steps_are_counted_from_the_start()
    {
        CheckpointSchedule schedule = CheckpointSchedule.Parse("3")!;
        Assert.Equal([3, 6, 9], Enumerable.Range(1, 10).Where(
            step => schedule.IsDue(step, TimeSpan.FromDays(1), isFirst: true)));
    }

    [Theory]
    [InlineData("10m", true, 59, false)]
    [InlineData("10m", true, 60, true)]
    [InlineData("10m", false, 599, false)]
    [InlineData("10m", false, 600, true)]
    [InlineData("30s", true, 30, true)]
    [InlineData("30s", false, 29, false)]
    public void The_first_comes_after_a_minute_at_the_latest(string text, bool isFirst, int seconds, bool isDue) =>
        Assert.Equal(isDue, CheckpointSchedule.Parse(text)!.IsDue(1, TimeSpan.FromSeconds(seconds), isFirst));
}
