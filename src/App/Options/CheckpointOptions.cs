using System.CommandLine;
using System.CommandLine.Parsing;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Help;

namespace IlgpuStyle.App.Options;

/// <summary><c>--checkpoint-every</c> and <c>--keep-checkpoint</c>.</summary>
internal sealed class CheckpointOptions
{
    private readonly Option<CheckpointSchedule?> _every = new Option<CheckpointSchedule?>("--checkpoint-every")
    {
        Description = "Keep the run's whole state in OUTPUT.ilgpustyle, from which 'ilgpustyle resume' goes on: each "
            + "so many seconds, minutes or steps, and on Ctrl-C; deleted at a good end. Default: 10m, the first after "
            + "60 s.",
        HelpName = CheckpointSchedule.Form,
        CompletionSources = { CheckpointSchedule.Form.Split('|') },
        CustomParser = result => Parse(result),
    }.About(Subject.Progress);

    private readonly Option<bool> _keep = new Option<bool>("--keep-checkpoint")
    {
        Description = "Keep OUTPUT.ilgpustyle at the end too: 'ilgpustyle resume' can add iterations. Default: "
            + "deleted.",
    }.About(Subject.Progress);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_every);
        command.Add(_keep);
    }

    /// <summary>When checkpoints are due.</summary>
    public CheckpointSchedule Schedule(ParseResult parsed) =>
        parsed.GetValue(_every) ?? CheckpointSchedule.Usual;

    /// <summary>Whether the last one is kept.</summary>
    public bool Keeps(ParseResult parsed) => parsed.GetValue(_keep);

    private static CheckpointSchedule? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (CheckpointSchedule.Parse(text) is { } schedule)
            return schedule;
        result.AddError(
            $"--checkpoint-every must be seconds (30s), minutes (10m), steps (25) or never, not '{text}'.");
        return null;
    }
}
