using System.Globalization;
using System.Xml.Linq;
using IlgpuStyle.App.Charts;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Losses;

namespace IlgpuStyle.App.Tests.Charts;

/// <summary>Which losses a chart shows, and the chart.</summary>
public sealed class LossHistoryTests
{
    [Fact]
    public void A_short_run_is_kept_whole()
    {
        var history = new LossHistory([Report(0), Report(1)]);
        history.Add(Report(2));
        Assert.Equal([0, 1, 2], history.ToList().Select(report => report.Iteration));
        Assert.Equal(2, history.Last?.Iteration);
    }

    [Fact]
    public void A_long_run_is_thinned_evenly_and_keeps_its_ends()
    {
        var history = new LossHistory([]);
        for (int iteration = 0; iteration < 100_001; iteration++)
            history.Add(Report(iteration));
        int[] kept = [.. history.ToList().Select(report => report.Iteration)];
        Assert.InRange(kept.Length, 400, 1025);
        Assert.Equal((0, 100_000), (kept[0], kept[^1]));
        Assert.InRange(kept.Zip(kept.Skip(1), (a, b) => b - a).SkipLast(1).Distinct().Count(), 1, 1);
    }

    [Fact]
    public void Iterations_that_are_made_anew_replace_what_was_there()
    {
        var history = new LossHistory([]);
        for (int iteration = 0; iteration < 10; iteration++)
            history.Add(Report(iteration));
        history.Add(Report(4));
        history.Add(Report(5));
        Assert.Equal([0, 1, 2, 3, 4, 5], history.ToList().Select(report => report.Iteration));
    }

    [Fact]
    public void The_chart_falls_where_losses_do_and_each_decade_is_as_high()
    {
        // 1000, 100, 10: equal steps on a logarithmic axis.
        IterationReport[] reports =
        [
            .. Enumerable.Range(0, 3).Select(i => new IterationReport(
                i, new LossValues(0, 1000 / Math.Pow(10, i), 0), 1, 1)),
        ];
        XElement chart = XElement.Parse(LossChart.ToSvg(reports, LossChart.Wide));
        Assert.Equal("0 0 720 400", (string?)chart.Attribute("viewBox"));
        double[][] points =
        [
            .. ((string)Curve(chart, "total")!.Attribute("points")!).Split(' ').Select(point => (double[])
                [.. point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]),
        ];
        Assert.True(points.Length >= 3);
        Assert.True(points[1][1] - points[0][1] > 50);
        Assert.Equal(points[1][1] - points[0][1], points[2][1] - points[1][1], 0.5);
        Assert.Null(Curve(chart, "variation")); // All of it is 0, which has no place on this axis.
        // A page may forbid styles that stand in elements.
        Assert.DoesNotContain(chart.DescendantsAndSelf(), element => element.Attribute("style") is not null);
    }

    [Fact]
    public void A_chart_of_nothing_or_of_one_point_is_one_too()
    {
        Assert.Equal("svg", XElement.Parse(LossChart.ToSvg([], LossChart.Narrow)).Name.LocalName);
        Assert.Equal("svg", XElement.Parse(LossChart.ToSvg([Report(0)], LossChart.Narrow)).Name.LocalName);
    }

    private static IterationReport Report(int iteration) => new(iteration, new LossValues(1, 2, 3), 1, 1);

    private static XElement? Curve(XElement chart, string name) => chart.Descendants().FirstOrDefault(element =>
        ((string?)element.Attribute("class"))?.Split(' ').Contains($"curve-{name}") == true);
}
