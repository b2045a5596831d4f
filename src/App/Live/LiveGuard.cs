using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace IlgpuStyle.App.Live;

/// <summary>Which requests are the page's own; all others are refused without a word.</summary>
/// <remarks>
/// A page of another origin must learn nothing and do nothing: the Host header keeps out names that lead here by
/// DNS rebinding, Origin and Fetch Metadata keep out requests that other pages make. Where the address is not this
/// machine's own, its path begins with a token. A path is one of a fixed list, letter by letter, before anything in it
/// is decoded. Sources: RFC 6454, 7.2 (Origin); W3C Fetch Metadata Request Headers.
/// </remarks>
internal sealed class LiveGuard
{
    /// <summary>The header that shows that an action comes from the page.</summary>
    public const string SecretHeader = "X-Run-Secret";

    private readonly IPAddress _address;
    private readonly HashSet<string> _paths;

    /// <param name="address">Where the server listens.</param>
    /// <param name="paths">What there is, without the slash that it begins with.</param>
    public LiveGuard(IPAddress address, IEnumerable<string> paths)
    {
        _address = address;
        Prefix = IPAddress.IsLoopback(address) ? "/" : $"/{NewSecret()}/";
        Secret = NewSecret();
        _paths = [.. paths.Select(path => Prefix + path)];
    }

    /// <summary>What every path begins with and ends its first part.</summary>
    public string Prefix { get; }

    /// <summary>What the page shows with each action.</summary>
    public string Secret { get; }

    /// <summary>Whether a request is the page's.</summary>
    /// <param name="context">The request.</param>
    /// <param name="port">Where the server listens.</param>
    public bool Admits(HttpContext context, int port)
    {
        HttpRequest request = context.Request;
        string path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        bool isAction = request.Method == HttpMethods.Post;
        return (isAction || request.Method == HttpMethods.Get)
            && _paths.Contains(path)
            && request.ContentLength is null or 0
            && request.Headers.TransferEncoding.Count == 0
            && IsOwn(request.Host, port)
            && IsOwnOrigin(request, isAction)
            && IsOwnSite(request, isPage: path == Prefix)
            && (!isAction || IsSecret(request.Headers[SecretHeader].ToString()));
    }

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private bool IsSecret(string given) => CryptographicOperations.FixedTimeEquals(
        System.Text.Encoding.UTF8.GetBytes(given), System.Text.Encoding.UTF8.GetBytes(Secret));

    private bool IsOwn(HostString host, int port)
    {
        if (host.Port != port && !(host.Port is null && port == 80))
            return false;
        string name = host.Host.Trim('[', ']');
        bool isAddress = IPAddress.TryParse(name, out IPAddress? address);
        if (IPAddress.IsLoopback(_address))
            return name == "localhost" || (isAddress && address!.Equals(_address));
        // Names may lead here by the will of whoever owns them; addresses do not.
        return isAddress && (address!.Equals(_address) || IsAny);
    }

    private bool IsAny => _address.Equals(IPAddress.Any) || _address.Equals(IPAddress.IPv6Any);

    private static bool IsOwnOrigin(HttpRequest request, bool isRequired)
    {
        string origin = request.Headers.Origin.ToString();
        return origin.Length == 0 ? !isRequired : origin == $"{request.Scheme}://{request.Host.Value}";
    }

    /// <summary>Another page may hold a link to this one; it may not show it or its pictures within itself.</summary>
    private static bool IsOwnSite(HttpRequest request, bool isPage) =>
        request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "" or "same-origin" or "none" => true,
            _ => isPage && request.Headers["Sec-Fetch-Dest"] == "document"
                && request.Headers["Sec-Fetch-Mode"] == "navigate",
        };
}
