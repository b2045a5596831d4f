using System.CommandLine;
using IlgpuStyle.App.Bulk;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Options;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle batch</c>: many runs of <c>stylize</c>, as the rows of a table say.</summary>
internal sealed class BatchCommand
{
    private readonly Argument<string> _table = new("JOBS.csv")
    {
        Description = "A row a picture; the first row names options of stylize without their dashes (content, style, "
            + "output, size, …).",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    };

    private readonly StylizeCommand _stylize = new();
    private readonly Option<Shard?> _shard = ShardOption.Create();

    public static Command Create()
    {
        var batch = new BatchCommand();
        var command = new Command(
            "batch",
            "Make many pictures in one process. Options are those of stylize, for rows without a value of their own.");
        command.Add(batch._table);
        foreach (Option option in batch._stylize.ToCommand().Options.Where(option => option.Name != LiveOption.Name))
        {
            option.Required = false;
            command.Add(option);
        }
        command.Add(batch._shard);
        command.SetAction(parsed => (int)batch.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        PictureJob[] jobs = JobTable.Read(
            parsed.GetRequiredValue(_table),
            RecordedCommand.Of(parsed, [], _shard.Name, QuietOption.Name));
        using var batch = new Batch(
            parsed.InvocationConfiguration, _stylize.Pictures.Device(parsed), _stylize.IsQuiet(parsed));
        return batch.Run(jobs, parsed.GetValue(_shard) ?? Shard.Whole);
    }
}
