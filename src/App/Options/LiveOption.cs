using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using IlgpuStyle.App.Help;

namespace IlgpuStyle.App.Options;

/// <summary><c>--live</c>: where the page of a run is to be seen.</summary>
internal static class LiveOption
{
    public const string Name = "--live";

    public static Option<IPEndPoint?> Create() => new Option<IPEndPoint?>(Name)
    {
        Description = "Show the run in a browser while it goes on: picture, loss and pace; save and stop it there. The "
            + "page is for this machine alone, at a port that is printed where none is given; with another of the "
            + "machine's addresses, others can open it who know the printed one. Default: no page.",
        HelpName = "[ADDRESS:]PORT",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = Parse,
    }.About(Subject.Progress);

    private static IPEndPoint? Parse(ArgumentResult result)
    {
        if (result.Tokens is not [{ Value: var given }])
            return new IPEndPoint(IPAddress.Loopback, 0);
        string text = given.All(char.IsAsciiDigit) ? $"{IPAddress.Loopback}:{given}" : given;
        // Without a port the parser would take 0.
        if (text.LastIndexOf(':') > text.LastIndexOf(']') && IPEndPoint.TryParse(text, out IPEndPoint? place)
            && (place.Address.GetAddressBytes().Length == 4 || text[0] == '['))
        {
            return place;
        }
        result.AddError(
            $"{Name} must be a port such as 8080, or an address and a port such as 192.168.1.5:8080, not '{given}'.");
        return null;
    }
}
