using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using IlgpuStyle.App.Charts;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Live;
using IlgpuStyle.App.Output;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.App.Text;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Report;

/// <summary>Writes a run's report: one HTML file that needs no other and no network.</summary>
internal static class ReportPage
{
    /// <summary>The longest side of the large pictures, in pixels.</summary>
    private const int MostSide = 1600;

    private const int MostStyleSide = 512;

    /// <summary>The page.</summary>
    public static string Write(ReportContent content) => $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>{{Text(content.Run.Name)}} – IlgpuStyle</title>
        <link rel="icon" href="data:,">
        <style>
        {{PageFile.Read("page.css")}}
        .stage { aspect-ratio: {{content.Result.Size.Width}} / {{content.Result.Size.Height}}; max-width: calc({{Aspect(content.Result.Size)}} * 80vh); }
        </style>
        </head>
        <body>
        {{Header(content)}}
        <main>
        {{Compare(content)}}
        <div class="column">
        {{Run(content)}}
        {{Loss(content.History)}}
        </div>
        {{Frames(content)}}
        {{Recipe(content)}}
        {{Inputs(content.Run.Inputs.GetAwaiter().GetResult())}}
        {{Command(content.Run)}}
        </main>
        <script>
        {{PageFile.Read("compare.js")}}
        </script>
        </body>
        </html>

        """;

    private static string Header(ReportContent content) => $"""
        <header><div class="heading">
        <h1>{Text(content.Run.Name)} <span class="pill">{(content.End.Interrupted ? "Stopped" : "Finished")}</span></h1>
        <p class="quiet">{Text(Sentence(content))}</p>
        {(content.Worse is { } worse ? $"<p class=\"alarm\">{Text(worse)}</p>" : "")}
        </div></header>
        """;

    private static string Sentence(ReportContent content) =>
        $"{content.Run.Recipe.Name}, {content.Result.Size}, {Counted.Of(content.End.Iterations, "iteration")} in "
        + $"{Duration(content.Ended - content.Begun)}"
        + (content.StepsBefore > 0 ? $", the first {content.StepsBefore} by an earlier run" : "")
        + (content.End.StopReason is { } reason ? $"; stopped because {reason}" : "");

    private static string Compare(ReportContent content)
    {
        Preview result = Preview.Of(content.Result, MostSide);
        string before = Preview.Of(content.Pictures.Content, MostSide).DataUri;
        IReadOnlyList<StylePicture> styles = content.Pictures.Styles;
        return $"""
            <section class="card compare" aria-label="Result">
            <div class="stage"><img src="{result.DataUri}" alt="The result">
            <img class="before" src="{before}" alt="The photograph, over the left part of the result"></div>
            <label><span>Result</span>
            <input type="range" min="0" max="100" value="50" aria-label="Part of the photograph that is shown, in percent">
            <span>Photograph</span></label>
            {(content.Result.Size.LongSide > MostSide
                ? $"<p class=\"quiet\">Shown smaller than the file, which has {content.Result.Size} pixels.</p>"
                : "")}
            <div class="strip">
            {Figure(before, "Photograph", "Photograph")}
            {string.Concat(styles.Select((style, i) => Figure(
                Preview.Of(
                    new Picture(new PictureSize(style.Picture.Height, style.Picture.Width), style.Picture.Values),
                    MostStyleSide).DataUri,
                styles.Count == 1 ? "Style" : $"Style {i + 1}, weight {Number(style.Weight)}",
                $"Style {i + 1}")))}
            </div>
            </section>
            """;
    }

    private static string Run(ReportContent content)
    {
        TimeSpan time = content.Ended - content.Begun;
        int steps = content.End.Iterations - content.StepsBefore;
        return $"""
            <section class="card" aria-labelledby="run">
            <h2 id="run">Run</h2>
            <dl class="numbers">
            {Number("Iterations", Invariant($"{content.End.Iterations}"))}
            {Number("Time", Duration(time))}
            {Number("Per iteration", steps > 0 ? Invariant($"{content.History.Skip(content.History.Count > 1 ? 1 : 0).Average(report => report.Milliseconds):G3} ms") : "–")}
            {Number("Pixels", $"{content.Result.Size}")}
            {Number("Memory, planned", Invariant($"{content.Run.PlannedMiB} MiB{content.Run.MemoryForm}"))}
            {Number("Begun", content.Begun.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture), isWide: true)}
            {Number("Device", $"{content.Run.DeviceName}, driver {content.Run.Device.Driver}", isWide: true)}
            {Number("Program", $"{CheckpointManifest.Program}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}", isWide: true)}
            {Number("Saved as", Path.GetFullPath(content.Output), isWide: true)}
            </dl>
            </section>
            """;
    }

    private static string Loss(IReadOnlyList<IterationReport> history)
    {
        LossValues last = history.Count == 0 ? default : history[^1].Losses;
        string Entry(string name, string label, double value) =>
            $"<div><dt class=\"of-{name}\">{label}</dt><dd>{Number(value)}</dd></div>";

        return $"""
            <section class="card" aria-labelledby="loss">
            <h2 id="loss">Loss</h2>
            <dl class="legend">
            {Entry("total", "whole", last.Total)}{Entry("content", "content", last.Content)}
            {Entry("style", "style", last.Style)}{Entry("variation", "variation", last.TotalVariation)}
            </dl>
            <div class="chart" role="img"
              aria-label="The losses over the iterations; the whole ended at {Number(last.Total)}">
            <div class="wide">{LossChart.ToSvg(history, LossChart.Wide)}</div>
            <div class="narrow">{LossChart.ToSvg(history, LossChart.Narrow)}</div>
            </div>
            </section>
            """;
    }

    private static string Frames(ReportContent content)
    {
        string before = content.StepsBefore > 0
            ? $"<p class=\"quiet\">Those of the first {content.StepsBefore} iterations are not here: an earlier run made "
                + "them, and this one went on from its checkpoint.</p>"
            : "";
        string frames = content.Frames.Count == 0
            ? "<p class=\"quiet\">None: there was no step whose number is 1, 2 or 5 with zeros behind it.</p>"
            : string.Concat(content.Frames.Select(frame => Figure(
                frame.Preview.DataUri,
                Counted.Of(frame.Steps, "step") + (frame.Size == content.Result.Size ? "" : $", {frame.Size}"),
                $"The picture after {Counted.Of(frame.Steps, "step")}")));
        return $"""
            <section class="card full" aria-labelledby="frames">
            <h2 id="frames">On the way</h2>
            {before}
            <div class="frames">{frames}</div>
            </section>
            """;
    }

    private static string Recipe(ReportContent content) => $"""
        <section class="card full" aria-labelledby="recipe">
        <h2 id="recipe">Recipe</h2>
        <dl class="values">
        {string.Concat(RecipeJson.ToRows(RecipeJson.ToNode(content.Run.Recipe)).Select(row =>
            $"<div><dt>{Text(row.Key)}</dt><dd>{Text(row.Value)}</dd></div>\n"))}
        </dl>
        </section>
        """;

    private static string Inputs(IEnumerable<InputHash> inputs) => $"""
        <section class="card full" aria-labelledby="inputs">
        <h2 id="inputs">Inputs</h2>
        <dl class="files">
        {string.Concat(inputs.Select(input =>
            $"<div><dt>{Text(input.Option)}</dt><dd>{Text(input.Path)}, {input.Bytes} bytes<br>"
            + $"<code>SHA-256 {input.Sha256}</code></dd></div>\n"))}
        </dl>
        </section>
        """;

    private static string Command(RunDescription run) => $"""
        <section class="card full" aria-labelledby="command">
        <h2 id="command">Once more</h2>
        <pre><code>{Text(run.Command)}</code></pre>
        <p class="quiet">Device, driver and inputs being the same, it makes the same {(run.MakesNetwork
            ? "network, whose file holds its recipe: <code>ilgpustyle inspect</code> prints it."
            : "picture. The picture holds its recipe and its command without the files' names: "
                + "<code>ilgpustyle presets show --from</code> prints them.")}</p>
        </section>
        """;

    private static string Figure(string source, string caption, string alternative) =>
        $"<figure><img src=\"{source}\" alt=\"{Text(alternative)}\"><figcaption>{Text(caption)}</figcaption></figure>\n";

    private static string Number(string name, string value, bool isWide = false) =>
        $"<div{(isWide ? " class=\"wide\"" : "")}><dt>{Text(name)}</dt><dd>{Text(value)}</dd></div>";

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Aspect(PictureSize size) => Number((double)size.Width / size.Height);

    private static string Duration(TimeSpan time) => time.TotalMinutes < 2
        ? Invariant($"{time.TotalSeconds:F1} s")
        : Invariant($"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
