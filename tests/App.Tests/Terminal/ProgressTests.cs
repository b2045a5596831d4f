using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Losses;

namespace IlgpuStyle.App.Tests.Terminal;

public sealed class ProgressTests
{
    [Fact]
    public void Where_there_is_no_terminal_a_line_tells_of_the_targets_and_of_the_first_and_last_iteration()
    {
        using var error = new StringWriter();
        int result = new Progress(error, quiet: false).Show(Steps(3), observer =>
        {
            observer.TargetsComputed!(new TargetsReport(0, 0, 400, 600, TimeSpan.FromSeconds(1.26)));
            for (int i = 0; i < 3; i++)
                observer.Iteration!(new IterationReport(i, new LossValues(1, 2, 0), 10, Milliseconds: 500));
            return 7;
        });
        Assert.Equal(7, result);
        Assert.Equal(
            """
            targets for 600×400 computed in 1.3 s
            iteration 1 of 3: loss 3 (content 1, style 2, variation 0)
            iteration 3 of 3: loss 3 (content 1, style 2, variation 0), 2 iterations/s, 0:00:00 left

            """,
            error.ToString());
    }

    [Fact]
    public void Quiet_says_nothing()
    {
        using var error = new StringWriter();
        new Progress(error, quiet: true).Show(Steps(1), observer =>
        {
            observer.TargetsComputed?.Invoke(default);
            observer.Iteration?.Invoke(new IterationReport(0, new LossValues(1, 2, 0), 10, Milliseconds: 500));
            return 0;
        });
        Assert.Equal("", error.ToString());
    }

    private static ScaleSteps[] Steps(int iterations) => [new(new PictureSize(400, 600), iterations)];
}
