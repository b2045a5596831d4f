using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Tests;

public sealed class ScaleRuleTests
{
    [Theory]
    [InlineData(256, 128, new[] { 128, 181, 256 })] // The coarsest may have the smallest side itself,
    [InlineData(254, 128, new[] { 180, 254 })] // but none below.
    [InlineData(125, 62, new[] { 62, 88, 125 })] // 62.5 goes to the even number.
    [InlineData(512, 128, new[] { 128, 181, 256, 362, 512 })]
    [InlineData(100, 128, new[] { 100 })]
    public void Each_scale_is_smaller_by_the_root_of_2(int size, int smallest, int[] sides) =>
        Assert.Equal(sides, new ScaleRule(smallest, LaterIterations: 1).LongSides(size));

    [Theory]
    [InlineData(512, 256, new[] { 256, 512 })]
    [InlineData(510, 256, new[] { 510 })]
    [InlineData(1030, 256, new[] { 258, 515, 1030 })] // 257.5 goes to the even number.
    public void Or_each_is_half_of_the_next(int size, int smallest, int[] sides) =>
        Assert.Equal(sides, new ScaleRule(smallest, LaterIterations: 1, PerOctave: 1).LongSides(size));

    /// <summary>Of multiscale's 1000 and 500.</summary>
    [Theory]
    [InlineData(200, 200, 100)]
    [InlineData(3, 3, 1)]
    [InlineData(1, 1, 1)]
    public void Later_scales_keep_their_share_of_the_steps_but_one(int asked, int first, int later)
    {
        Recipe recipe = Presets.Multiscale.WithIterations(asked);
        Assert.Equal((first, later, later), (recipe.IterationsAt(0), recipe.IterationsAt(1), recipe.IterationsAt(2)));
    }
}
