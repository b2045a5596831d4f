using System.CommandLine;
using System.Net;

namespace IlgpuStyle.App.Options;

/// <summary><c>--live</c>: how a run is looked at.</summary>
internal sealed class ViewOptions
{
    private readonly Option<IPEndPoint?> _live = LiveOption.Create();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command) => command.Add(_live);

    /// <summary>Where the page is; null for none.</summary>
    public IPEndPoint? Live(ParseResult parsed) => parsed.GetValue(_live);
}
