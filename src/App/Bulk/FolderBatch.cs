using System.CommandLine;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Commands;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Options;

namespace IlgpuStyle.App.Bulk;

/// <summary><c>stylize</c> with many contents or one style at a time.</summary>
/// <param name="stylize">The command for one picture.</param>
internal sealed class FolderBatch(StylizeCommand stylize)
{
    private readonly Option<Shard?> _shard = ShardOption.Create();

    private readonly Option<bool> _eachStyle = new Option<bool>("--each-style")
    {
        Description = "With several styles, one picture of each in a folder of its name within --output. Default: they "
            + "are mixed.",
    }.About(Subject.Batch);

    /// <summary>Adds the options to the command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_eachStyle);
        command.Add(_shard);
    }

    /// <summary>Whether more than one picture is asked for.</summary>
    public bool IsMeant(ParseResult parsed) =>
        parsed.GetValue(_eachStyle) || parsed.GetValue(_shard) is not null
        || ContentFolder.IsMany(stylize.Pictures.Content(parsed));

    /// <summary>Makes the pictures.</summary>
    public ExitCode Run(ParseResult parsed)
    {
        _ = stylize.Pictures.Recipe(parsed); // Refused once, not for each.
        Shard? shard = parsed.GetValue(_shard);
        PictureJob[] jobs = FolderJobs.Of(
            RecordedCommand.Of(parsed, [], _eachStyle.Name, _shard.Name, QuietOption.Name), shard is not null,
            parsed.GetValue(_eachStyle) ? stylize.Pictures.Styles(parsed) : null);
        using var batch = new Batch(
            parsed.InvocationConfiguration, stylize.Pictures.Device(parsed), stylize.IsQuiet(parsed));
        return batch.Run(jobs, shard ?? Shard.Whole);
    }
}
