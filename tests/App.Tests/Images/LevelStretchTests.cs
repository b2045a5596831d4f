using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Images;

public class LevelStretchTests
{
    [Fact]
    public void The_lowest_level_becomes_0_and_the_highest_255() =>
        // (20 − 10)/(60 − 10)·255 = 51
        Assert.Equal([51, 0, 255, 0], LevelStretch.Apply([20, 10, 60, 10]));

    [Fact]
    public void One_level_alone_becomes_0() => Assert.Equal([0, 0, 0], LevelStretch.Apply([7, 7, 7]));
}
