using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IlgpuStyle.Vgg.Tests.Weights;

/// <summary>
/// A small HTTP server on the loopback for one file, with the faults that a real one can have. It answers one
/// request per connection and remembers what was asked.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _content;

    internal ScriptedServer(byte[] content)
    {
        _content = content;
        _listener.Start();
        _ = ServeAsync();
    }

    internal Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/files/");

    /// <summary>Each request's first line, and its Range header where it had one.</summary>
    internal List<(string RequestLine, string? Range)> Requests { get; } = [];

    /// <summary>How many bytes each answer sends before the connection is cut; later answers are whole.</summary>
    internal Queue<int> Cuts { get; } = new();

    internal bool HonoursRanges { get; init; } = true;

    /// <summary>Whether a range's answer says that it is one, but is the whole file.</summary>
    internal bool AnswersRangesFromTheStart { get; init; }

    internal bool GivesLength { get; init; } = true;

    internal string? Status { get; init; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string requestLine = await reader.ReadLineAsync(_stop.Token) ?? "";
        string? range = null;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
        {
            if (header.StartsWith("Range: ", StringComparison.OrdinalIgnoreCase))
                range = header["Range: ".Length..];
        }
        Requests.Add((requestLine, range));
        if (Status is not null)
        {
            await WriteAsync(stream, $"HTTP/1.1 {Status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }
        int start = range is not null && HonoursRanges
            ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture)
            : 0;
        bool isPart = start > 0;
        if (AnswersRangesFromTheStart)
            start = 0;
        string head = isPart
            ? $"206 Partial Content\r\nContent-Range: bytes {start}-{_content.Length - 1}/{_content.Length}"
            : "200 OK";
        string size = GivesLength ? $"Content-Length: {_content.Length - start}\r\n" : "";
        await WriteAsync(stream, $"HTTP/1.1 {head}\r\n{size}Connection: close\r\n\r\n");
        int length = Cuts.TryDequeue(out int cut) ? cut : _content.Length - start;
        await stream.WriteAsync(_content.AsMemory(start, length), _stop.Token);
    }

    private async Task WriteAsync(NetworkStream stream, string text) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}
