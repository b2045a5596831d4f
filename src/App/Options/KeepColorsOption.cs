using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Text;

namespace IlgpuStyle.App.Options;

/// <summary><c>--keep-colors</c>.</summary>
internal static class KeepColorsOption
{
    private const string Name = "--keep-colors";

    /// <summary>Those that change a style before a run.</summary>
    private static readonly KeptColors[] Before =
        [KeptColors.LuminanceBefore, KeptColors.Linear, KeptColors.Histogram];

    public static Option<KeptColors?> Create() => WordOption.Create<KeptColors>(
        Name,
        "Keep the content's colours. Before the run, linear and histogram give the styles the content's mean and "
            + "covariance, or each channel's histogram; luminance-before styles luminance alone. When a result is "
            + "saved, luminance gives it the content's chrominance, linear-after and histogram-after what their names "
            + "say; style does the opposite and gives it the content's luminance, the style's colours without its "
            + "strokes. Default: the styles' colours are taken.").About(Subject.Result, isNeededFirst: true);

    /// <summary>Refuses what cannot be done once a network has learned a style.</summary>
    /// <exception cref="UsageException">It is one of those that change a style before a run.</exception>
    public static void RequireAfter(KeptColors? kept)
    {
        if (kept is not { } one || !Before.Contains(one))
            return;
        string[] others = [.. Enum.GetValues<KeptColors>().Except(Before).Select(Word)];
        throw new UsageException(
            $"{Name} {Word(one)} changes a style before a run, and a network has learned its style: take "
            + $"{Words.List(others)}.");
    }

    private static string Word(KeptColors kept) => Words.Naming.ConvertName(kept.ToString());
}
