using System.Net;
using System.Text;
using IlgpuStyle.StyleTransfer.Scores;

namespace IlgpuStyle.App.Sheet;

/// <summary>
/// A contact sheet as one HTML file that needs no other: cells can be sorted, and each has its commands.
/// </summary>
internal static class SheetPage
{
    private const string Start = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Contact sheet</title>
        <style>
        :root { color-scheme: light dark; --best: #c25e00; --line: #8888; }
        @media (prefers-color-scheme: dark) { :root { --best: #ff9d3c; } }
        body { font: 15px/1.4 system-ui, sans-serif; margin: 1rem; }
        h1 { font-size: 1.3rem; margin: 0 0 .5rem; }
        .bar { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: .8rem 0; }
        button { font: inherit; padding: .25rem .7rem; border: 1px solid var(--line); border-radius: .4rem;
          background: transparent; color: inherit; }
        button[aria-pressed=true] { background: CanvasText; color: Canvas; }
        ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .8rem;
          grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr)); }
        li { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem; min-width: 0; }
        li.pareto { outline: 2px solid CanvasText; }
        li.best { outline: 4px solid var(--best); }
        img { max-width: 100%; height: auto; display: block; }
        p { margin: .3rem 0; overflow-wrap: anywhere; }
        .mark { font-weight: 600; }
        .best .mark { color: var(--best); }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        td { padding: 0 .6rem 0 0; }
        summary { cursor: pointer; }
        code { display: block; overflow-wrap: anywhere; padding: .3rem 0; user-select: all; }
        @media (min-width: WIDEpx) { ol.arranged { grid-template-columns: repeat(COLUMNS, CELLpx); } }
        </style>
        </head>
        <body>
        <h1>Contact sheet</h1>
        <p>Style and content go from 0 to 1 and cost one another: the mean is the harmonic one. The best mean has a
        thick frame; for cells in a thin one (the Pareto set) no other has more of both.</p>
        <div class="bar" role="group" aria-label="Order">Order:
        <button type="button" aria-pressed="true" data-key="place">as arranged</button>
        <button type="button" aria-pressed="false" data-key="mean">mean</button>
        <button type="button" aria-pressed="false" data-key="style">style</button>
        <button type="button" aria-pressed="false" data-key="content">content</button>
        <button type="button" aria-pressed="false" data-key="seconds">time</button></div>
        <ol class="arranged">

        """;

    private const string End = """
        </ol>
        <script>
        const list = document.querySelector("ol"), buttons = [...document.querySelectorAll("button")];
        for (const button of buttons) button.addEventListener("click", () => {
          const key = button.dataset.key, sign = key === "place" || key === "seconds" ? 1 : -1;
          list.append(...[...list.children].sort((a, b) => sign * (a.dataset[key] - b.dataset[key])));
          list.classList.toggle("arranged", key === "place");
          for (const other of buttons) other.setAttribute("aria-pressed", other === button);
        });
        </script>
        </body>
        </html>

        """;

    /// <summary>Writes the page.</summary>
    /// <param name="cells">Row by row.</param>
    /// <param name="columns">Cells in a row.</param>
    /// <param name="width">Of a picture, in pixels.</param>
    /// <param name="size">The pictures' <c>--size</c>.</param>
    public static string Of(IReadOnlyList<SheetCell> cells, int columns, int width, string size)
    {
        const int aroundPicture = 18;
        const int gap = 13;
        const int leastWidth = 180; // Of the text.
        int cellWidth = Math.Max(leastWidth, width + aroundPicture);
        var page = new StringBuilder(Start
            .Replace("WIDE", $"{columns * (cellWidth + gap) + 2 * gap}", StringComparison.Ordinal)
            .Replace("CELL", $"{cellWidth}", StringComparison.Ordinal)
            .Replace("COLUMNS", $"{columns}", StringComparison.Ordinal));
        SheetCell? best = SheetCell.BestOf(cells);
        for (int place = 0; place < cells.Count; place++)
        {
            SheetCell cell = cells[place];
            bool isUnbeaten = cell.IsUnbeatenAmong(cells);
            page.Append(
                $"<li data-place=\"{place}\" data-style=\"{cell.Style:F4}\" data-content=\"{cell.Content:F4}\" "
                + $"data-mean=\"{cell.Mean:F4}\" data-seconds=\"{cell.Seconds:F3}\""
                + (cell == best ? " class=\"best pareto\"" : isUnbeaten ? " class=\"pareto\"" : "") + ">\n");
            string name = WebUtility.HtmlEncode(cell.Settings.Name);
            if (cell.Png is not null)
                page.Append($"<img alt=\"{name}\" src=\"data:image/png;base64,{Convert.ToBase64String(cell.Png)}\">\n");
            page.Append($"<p>{name}</p>\n");
            if (cell.Failure is not null)
                page.Append($"<p>{WebUtility.HtmlEncode(cell.Failure)}</p>\n");
            if (cell == best)
                page.Append("<p class=\"mark\">best mean</p>\n");
            else if (isUnbeaten)
                page.Append("<p class=\"mark\">Pareto set</p>\n");
            if (cell.Scores is not null)
                AppendScores(page, cell, cell.Scores);
            page.Append(
                "<details><summary>Commands</summary>At full size:"
                + $"<code>{WebUtility.HtmlEncode(cell.Settings.CommandLine(size: null))}</code>This very picture:"
                + $"<code>{WebUtility.HtmlEncode(cell.Settings.CommandLine(size))}</code></details>\n</li>\n");
        }
        return page.Append(End).ToString();
    }

    private static void AppendScores(StringBuilder page, SheetCell cell, PictureScores scores)
    {
        page.Append(
            $"<table><tr><td>style<td>{cell.Style:F2}<tr><td>content<td>{cell.Content:F2}<tr><td>mean<td>{cell.Mean:F2}"
            + $"<tr><td>time<td>{cell.Seconds:F1} s</table>\n<details><summary>Scores</summary><table>\n");
        foreach ((string score, Score value) in ((string, Score)[])
        [
            ("content distance", scores.ContentDistance), ("content similarity", scores.ContentSimilarity),
            ("style effect", scores.StyleEffect), ("style distance", scores.StyleDistance), ("edges", scores.Edges),
            ("noise", scores.Noise),
        ])
        {
            page.Append($"<tr><td>{score}<td>{value.Value:G4}\n");
        }
        page.Append("</table></details>\n");
    }
}
