namespace IlgpuStyle.StyleTransfer.Tests;

public sealed class LossTrendTests
{
    [Fact]
    public void Fewer_than_ten_steps_have_none() =>
        Assert.Null(LossTrend.Of([1, 2, 4, 8, 16, 32, 64, 128, 256]));

    [Fact]
    public void The_end_is_the_median_of_the_last_tenth_of_three_at_least()
    {
        Assert.Equal(new LossTrend(10, 3, 4), LossTrend.Of([10, 9, 8, 7, 6, 5, 5, 4, 3, 900]));
        IEnumerable<double> jumping = Enumerable.Range(0, 50).Select(step => step % 5 == 4 ? 1e6 : 50.0 - step);
        Assert.Equal(new LossTrend(50, 2, 4), LossTrend.Of([.. jumping]));
    }

    [Theory]
    [InlineData(10, 1, 1.4, false)]
    [InlineData(10, 3, 10, true)]
    [InlineData(0.27, 0.25, 0.3, false)]
    [InlineData(1, 0.9, 1.6, true)]
    [InlineData(1, 0.9, double.NaN, false)]
    public void It_is_worse_far_above_the_first_or_the_lowest(double first, double lowest, double last, bool worse) =>
        Assert.Equal(worse, new LossTrend(first, lowest, last).IsWorse);
}
