using System.CommandLine;
using IlgpuStyle.App.Bulk;
using IlgpuStyle.App.Help;

namespace IlgpuStyle.App.Options;

/// <summary><c>--shard</c>.</summary>
internal static class ShardOption
{
    public static Option<Shard?> Create() => new Option<Shard?>("--shard")
    {
        Description = "Make the I-th of N parts of a batch, or the part that a Slurm job array or a Kubernetes Indexed "
            + "Job says (auto; there JOB_COMPLETIONS must be N). Default: all of it.",
        HelpName = Shard.Form,
        CompletionSources = { "auto" },
        CustomParser = result =>
        {
            Shard shard = Shard.Parse(
                result.Tokens[0].Value, Environment.GetEnvironmentVariable, out string? refusal);
            if (refusal is null)
                return shard;
            result.AddError($"--shard {refusal}.");
            return null;
        },
    }.About(Subject.Batch);
}
