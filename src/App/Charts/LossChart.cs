using System.Globalization;
using System.Xml.Linq;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Losses;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace IlgpuStyle.App.Charts;

/// <summary>The loss and its terms over the iterations, on a logarithmic axis, as SVG for a page.</summary>
/// <remarks>
/// Colours are the page's: curves carry a class (<c>curve-total</c>, …), the rest is drawn in the colour of text. A
/// page may then show it in light and dark, and forbid styles that are written into elements.
/// </remarks>
internal static class LossChart
{
    /// <summary>For a column of a large window.</summary>
    public static readonly (int Width, int Height) Wide = (720, 400);

    /// <summary>For a telephone: letters keep their size.</summary>
    public static readonly (int Width, int Height) Narrow = (340, 260);

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>The curves, from below to above; a class each.</summary>
    private static readonly (string Name, Func<LossValues, double> Value)[] Curves =
    [
        ("variation", losses => losses.TotalVariation),
        ("content", losses => losses.Content),
        ("style", losses => losses.Style),
        ("total", losses => losses.Total),
    ];

    /// <summary>Draws the chart.</summary>
    /// <param name="reports">In order; may be empty.</param>
    /// <param name="size">In pixels.</param>
    public static string ToSvg(IReadOnlyList<IterationReport> reports, (int Width, int Height) size)
    {
        // The margins are for numbers as wide as 0.0001, whose width the drawing only guesses.
        var model = new PlotModel
        {
            PlotAreaBorderThickness = new OxyThickness(0),
            Padding = new OxyThickness(0),
            PlotMargins = new OxyThickness(48, 10, 14, 24),
        };
        model.Axes.Add(new LogarithmicAxis
        {
            Position = AxisPosition.Left,
            MajorGridlineStyle = LineStyle.Solid,
            TickStyle = TickStyle.None,
            AxislineStyle = LineStyle.None,
            LabelFormatter = value => value.ToString(value is >= 0.01 and < 1e5 ? "G4" : "0.#e0", CultureInfo.InvariantCulture),
        });
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            TickStyle = TickStyle.None,
            AxislineStyle = LineStyle.Solid,
            MinimumMajorStep = 1,
            MinimumPadding = 0,
            MaximumPadding = 0,
            // One point has no range.
            Maximum = reports.Count > 1 ? double.NaN : 1,
        });
        for (int curve = 0; curve < Curves.Length; curve++)
        {
            // What is 0 has no place on this axis; a curve's colour says which it is.
            var series = new LineSeries { Color = OxyColor.FromRgb(1, 2, (byte)curve) };
            series.Points.AddRange(reports
                .Select(report => new DataPoint(report.Iteration + 1, Curves[curve].Value(report.Losses)))
                .Where(point => point.Y > 0));
            if (series.Points.Count > 0)
                model.Series.Add(series);
        }
        using var stream = new MemoryStream();
        new SvgExporter { Width = size.Width, Height = size.Height, IsDocument = false }.Export(model, stream);
        stream.Position = 0;
        return ForPage(XDocument.Load(stream), size);
    }

    private static string ForPage(XDocument document, (int Width, int Height) size)
    {
        XElement root = document.Root!;
        // Clips to the whole chart, by names that two charts of one page would share.
        foreach (XElement clip in root.Descendants(Svg + "defs").ToList())
            clip.Remove();
        foreach (XElement element in root.DescendantsAndSelf())
        {
            element.Attribute("clip-path")?.Remove();
            switch (element.Name.LocalName)
            {
                case "text":
                    element.Attribute("font-family")?.Remove();
                    element.Attribute("font-weight")?.Remove();
                    element.Attribute("fill")?.Remove();
                    break;
                case "polyline" or "line" or "path" or "rect" or "polygon":
                    string style = (string?)element.Attribute("style") ?? "";
                    int curve = Array.FindIndex(
                        [.. Enumerable.Range(0, Curves.Length)],
                        i => style.Contains($"rgb(1,2,{i})", StringComparison.Ordinal));
                    element.SetAttributeValue("style", null);
                    element.SetAttributeValue("class", curve < 0 ? "grid" : $"curve curve-{Curves[curve].Name}");
                    break;
            }
        }
        root.SetAttributeValue("width", null);
        root.SetAttributeValue("height", null);
        root.SetAttributeValue("viewBox", $"0 0 {size.Width} {size.Height}");
        root.SetAttributeValue("aria-hidden", "true");
        return root.ToString(SaveOptions.DisableFormatting);
    }
}
