using IlgpuStyle.StyleTransfer.Scores;

namespace IlgpuStyle.App.Sheet;

/// <summary>A cell of a contact sheet that has been made.</summary>
/// <param name="Settings">What it was made with.</param>
/// <param name="Png">The picture's file; null where there is none.</param>
/// <param name="Scores">The picture's; null where there is none.</param>
/// <param name="Seconds">Of its steps.</param>
/// <param name="Failure">Why there is no picture; null where there is one.</param>
internal sealed record SheetCell(
    CellSettings Settings, byte[]? Png, PictureScores? Scores, double Seconds, string? Failure)
{
    /// <summary>How much of the style it has: 0 for the untouched content, 1 for the style.</summary>
    public double Style => Scores is null ? 0 : Within(Scores.StyleDistance.Scaled);

    /// <summary>How much of the content it has: 1 for the untouched content, 0 for the style.</summary>
    public double Content => Scores is null ? 0 : Within(1 - Scores.ContentSimilarity.Scaled);

    /// <summary>The harmonic mean of both: high where neither is low.</summary>
    public double Mean => Style + Content == 0 ? 0 : 2 * Style * Content / (Style + Content);

    /// <summary>The cell with the highest mean; null where there is no picture.</summary>
    public static SheetCell? BestOf(IEnumerable<SheetCell> cells) =>
        cells.Where(cell => cell.Scores is not null).MaxBy(cell => cell.Mean);

    /// <summary>Whether no other cell has more of the one without having less of the other (the Pareto set).</summary>
    public bool IsUnbeatenAmong(IEnumerable<SheetCell> cells) => Scores is not null && !cells.Any(other =>
        other.Style >= Style && other.Content >= Content && (other.Style > Style || other.Content > Content));

    private static double Within(double share) => double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1);
}
