namespace IlgpuStyle.App.Help;

/// <summary>What an option is about. Help shows those of one subject together, the subjects in this order.</summary>
internal enum Subject
{
    Pictures,
    Result,
    Recipe,
    Losses,
    Network,
    Progress,
    Device,
    Batch,

    /// <summary>Where nothing is said.</summary>
    Other,
}
