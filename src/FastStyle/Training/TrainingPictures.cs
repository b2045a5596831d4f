using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.FastStyle.Training;

/// <summary>What a network is trained on and judged by. Photographs are squares of one side, a multiple of 4.</summary>
/// <param name="Styles">One or more.</param>
/// <param name="Photograph">
/// The photograph of a number from 0 on: the same for the same number, however often it is asked for.
/// </param>
/// <param name="HeldOut">Those that judge the network, never trained on; at least one.</param>
public sealed record TrainingPictures(
    IReadOnlyList<StylePicture> Styles, Func<int, RgbPicture> Photograph, IReadOnlyList<RgbPicture> HeldOut);

/// <summary>How a network does on the photographs that are held out.</summary>
/// <param name="Iterations">Steps done.</param>
/// <param name="Loss">The mean of their losses.</param>
/// <param name="IsBest">Whether it is the lowest so far, so that the network is kept.</param>
public readonly record struct Judgement(int Iterations, double Loss, bool IsBest)
{
    /// <summary>The name of the entry that has all judgements of a run.</summary>
    public const string RowsName = "judgements";

    /// <summary>Columns of that entry.</summary>
    internal const int Columns = 3;

    /// <summary>The judgements of that entry.</summary>
    public static IEnumerable<Judgement> FromRows(double[] values) =>
        values.Chunk(Columns).Select(row => new Judgement((int)row[0], row[1], row[2] != 0));

    /// <summary>The columns.</summary>
    internal double[] ToRow() => [Iterations, Loss, IsBest ? 1 : 0];
}
