using System.Globalization;

namespace IlgpuStyle.App.Bulk;

/// <summary>
/// The part of a batch that one machine of several makes: of every <c>Count</c> pictures the one at <c>Index</c>.
/// </summary>
/// <param name="Index">From 0.</param>
/// <param name="Count">At least 1.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>How it is written.</summary>
    public const string Form = "I/N|auto";

    /// <summary>The word for what a scheduler says.</summary>
    private const string Automatic = "auto";

    /// <summary>Everything.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>Whether a picture belongs to it.</summary>
    /// <param name="picture">Its number in the batch, from 0.</param>
    public bool Has(int picture) => picture % Count == Index;

    /// <summary>The shard of a word.</summary>
    /// <param name="text">I/N, I from 1; or auto.</param>
    /// <param name="variable">An environment variable's value; null where there is none.</param>
    /// <param name="refusal">What is wrong, as the end of a sentence; null where nothing is.</param>
    public static Shard Parse(string text, Func<string, string?> variable, out string? refusal)
    {
        refusal = null;
        if (text == Automatic)
        {
            if (OfSlurm(variable) is { } ofSlurm)
                return ofSlurm;
            if (OfKubernetes(variable) is { } ofKubernetes)
                return ofKubernetes;
            refusal = "auto needs SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT, as Slurm sets them in a job array, "
                + "or JOB_COMPLETION_INDEX, as Kubernetes sets it in an Indexed Job, and JOB_COMPLETIONS, their number";
            return Whole;
        }
        int?[] numbers = [.. text.Split('/').Select(Number)];
        if (numbers is [{ } place, { } count] && place >= 1 && place <= count)
            return new Shard(place - 1, count);
        refusal = $"must be I/N, the I-th of N parts such as 1/3, or auto, not '{text}'";
        return Whole;
    }

    /// <summary>Arrays may start anywhere and leave numbers out (--array=10-30:10).</summary>
    private static Shard? OfSlurm(Func<string, string?> variable)
    {
        int? step = Number(variable("SLURM_ARRAY_TASK_STEP"));
        int? index = (Number(variable("SLURM_ARRAY_TASK_ID")) - (Number(variable("SLURM_ARRAY_TASK_MIN")) ?? 0))
            / (step is > 0 ? step : 1);
        return Checked(index, Number(variable("SLURM_ARRAY_TASK_COUNT")));
    }

    private static Shard? OfKubernetes(Func<string, string?> variable) =>
        Checked(Number(variable("JOB_COMPLETION_INDEX")), Number(variable("JOB_COMPLETIONS")));

    private static Shard? Checked(int? index, int? count) =>
        index is { } i and >= 0 && i < count ? new Shard(i, count.Value) : null;

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
