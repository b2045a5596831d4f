using IlgpuStyle.App.Bulk;

namespace IlgpuStyle.App.Tests.Bulk;

public sealed class ShardTests
{
    [Theory]
    [InlineData("1/1", 0, 1)]
    [InlineData("1/3", 0, 3)]
    [InlineData("3/3", 2, 3)]
    public void A_shard_is_the_ith_of_n(string text, int index, int count) =>
        Assert.Equal(new Shard(index, count), Parse(text, []));

    [Theory]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("-1/3")]
    [InlineData("1/0")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("1/99999999999")]
    [InlineData("")]
    public void Anything_else_is_refused(string text)
    {
        Shard.Parse(text, _ => null, out string? refusal);
        Assert.Contains($"not '{text}'", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0", 2, 4)]
    [InlineData("SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1", 3, 4)]
    [InlineData(
        "SLURM_ARRAY_TASK_ID=30 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=10", 2, 3)]
    [InlineData("JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=5", 0, 5)]
    public void A_scheduler_says_which(string environment, int index, int count) =>
        Assert.Equal(new Shard(index, count), Parse("auto", environment.Split(' ')));

    [Theory]
    [InlineData("NONE=1")]
    [InlineData("JOB_COMPLETION_INDEX=5 JOB_COMPLETIONS=5")]
    [InlineData("JOB_COMPLETION_INDEX=1")]
    [InlineData("SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=4")]
    public void Without_one_that_does_auto_is_refused(string environment)
    {
        Dictionary<string, string> variables = ToDictionary(environment.Split(' '));
        Shard.Parse("auto", variables.GetValueOrDefault, out string? refusal);
        Assert.StartsWith("auto needs ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_picture_is_in_one_shard()
    {
        Shard[] shards = [.. Enumerable.Range(0, 3).Select(index => new Shard(index, 3))];
        Assert.All(Enumerable.Range(0, 10), picture => Assert.Single(shards, shard => shard.Has(picture)));
    }

    private static Shard Parse(string text, string[] environment)
    {
        Dictionary<string, string> variables = ToDictionary(environment);
        Shard shard = Shard.Parse(text, variables.GetValueOrDefault, out string? refusal);
        Assert.Null(refusal);
        return shard;
    }

    private static Dictionary<string, string> ToDictionary(string[] environment) =>
        environment.Select(variable => variable.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
}
