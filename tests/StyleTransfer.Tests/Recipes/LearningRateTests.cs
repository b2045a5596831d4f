using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests.Recipes;

public sealed class LearningRateTests
{
    [Theory]
    [InlineData("exponential", Schedule.Exponential, 0.96, false)]
    [InlineData("exponential_staircase", Schedule.Exponential, 0.96, true)]
    [InlineData("inverse_time", Schedule.InverseTime, 0.5, false)]
    [InlineData("inverse_time_staircase", Schedule.InverseTime, 0.5, true)]
    public void Schedules_agree_with_the_reference(string caseName, Schedule schedule, double decay, bool staircase)
    {
        Fixture fixture = Fixture.Open("schedule", caseName);
        var rate = new LearningRate(100, schedule, decay, DecaySteps: 100, staircase);
        double[] steps = fixture["steps"].Values;
        double[] expected = fixture["rates"].Values;
        for (int i = 0; i < steps.Length; i++)
            Assert.Equal(expected[i], rate.At((int)steps[i]), 12);
    }

    [Fact]
    public void A_constant_rate_stays() => Assert.Equal(5, new LearningRate(5).At(1000));
}
