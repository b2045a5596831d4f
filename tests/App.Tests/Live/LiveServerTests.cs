using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuStyle.App.Charts;
using IlgpuStyle.App.Checkpoints;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Live;
using IlgpuStyle.App.Output;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Tests.Live;

/// <summary>The page's server over HTTP, its run made by hand, without a device.</summary>
public sealed class LiveServerTests : IDisposable
{
    /// <summary>Only so that a server that hangs fails the test.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-live-").FullName;
    private readonly LossHistory _history = new([]);
    private readonly PreparedPictures _pictures;
    private readonly RgbPicture _picture = new(32, 40, [.. Enumerable.Range(0, 32 * 40 * 3).Select(i => i % 251f)]);
    private readonly LiveRun _run;
    private readonly LiveServer _server;
    private readonly RunObserver _observer;
    private readonly HttpClient _client = new() { Timeout = Patience };
    private int _saves;
    private int _stops;

    public LiveServerTests()
    {
        string content = Path.Combine(_folder, "content.png");
        PictureFile.Save(new Picture(new PictureSize(32, 40), new float[32 * 40 * 3]), content);
        _pictures = new PreparedPictures(Presets.Balanced, new PictureChoices(
            content, [new StyleArgument(content, 1)], Size: new RequestedSize(40, null)));
        _run = NewRun();
        _server = LiveServer.Start(new IPEndPoint(IPAddress.Loopback, 0), _run);
        _observer = _run.Observe(new RunObserver { Iteration = _history.Add });
        _client.BaseAddress = new Uri(_server.Address);
    }

    private int Port => _client.BaseAddress!.Port;

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_page_names_nothing_but_its_own_files_and_all_are_served()
    {
        HttpResponseMessage answer = await _client.GetAsync("");
        string page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        string[] named = [.. Regex.Matches(page, "(?:src|href)=\"([^\"]*)\"").Select(match => match.Groups[1].Value)
            .Where(name => name != "data:,").Distinct()];
        Assert.Contains("live.js", named);
        Assert.Contains("style-1", named);
        foreach (string name in named)
        {
            using HttpResponseMessage file = await _client.GetAsync(name);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.NotEmpty(await file.Content.ReadAsByteArrayAsync());
        }
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: evil.example:PORT\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example:PORT\r\n\r\n")]
    [InlineData("GET /events HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: http://evil.example\r\n\r\n")]
    [InlineData("GET /events HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: null\r\n\r\n")]
    [InlineData("GET /content HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nSec-Fetch-Site: cross-site\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nSec-Fetch-Site: same-site\r\nSec-Fetch-Dest: iframe\r\n\r\n")]
    [InlineData("GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("GET /x/../page.css HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("GET /page%2ecss HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("GET //page.css HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("GET /appsettings.json HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("DELETE / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("HEAD / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("POST /stop HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task Strangers_are_refused_without_a_word_and_their_connection_ends(string request)
    {
        using Socket socket = await Connect();
        await socket.SendAsync(Encoding.ASCII.GetBytes(request.Replace("PORT", $"{Port}", StringComparison.Ordinal)));
        string answer = await ReadToEnd(socket);
        Assert.Matches(@"^HTTP/1\.1 (400|403) ", answer);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(0, _stops);
    }

    [Theory]
    [InlineData("Content-Length: 104857600")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task A_large_body_is_not_read(string header)
    {
        using Socket socket = await Connect();
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /save HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nOrigin: http://127.0.0.1:{Port}\r\n"
            + $"{LiveGuard.SecretHeader}: {await Secret()}\r\n{header}\r\n\r\n"));
        byte[] chunk = [.. "10000\r\n"u8, .. new byte[1 << 16], .. "\r\n"u8];
        SocketException exception = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            for (int sent = 0; sent < 100 << 20; sent += chunk.Length)
                await socket.SendAsync(chunk);
        });
        Assert.True(
            exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown,
            exception.SocketErrorCode.ToString());
        Assert.Equal(0, _saves);
    }

    [Fact]
    public async Task Actions_need_the_page_s_secret_and_its_origin()
    {
        string origin = _client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        Assert.Equal(HttpStatusCode.Forbidden, await Post("stop", origin, null));
        Assert.Equal(HttpStatusCode.Forbidden, await Post("stop", origin, new string('0', 32)));
        Assert.Equal(HttpStatusCode.Forbidden, await Post("stop", null, await Secret()));
        Assert.Equal(HttpStatusCode.Forbidden, await Post("stop", "http://localhost", await Secret()));
        Assert.Equal((0, 0), (_stops, _saves));

        Assert.Equal(HttpStatusCode.NoContent, await Post("stop", origin, await Secret()));
        Assert.Equal(1, _stops);
        Assert.False(_observer.PictureIsDue!(1));
        Assert.Equal(HttpStatusCode.NoContent, await Post("save", origin, await Secret()));
        Assert.True(_observer.PictureIsDue!(1));
        _observer.Picture!(1, _picture);
        Assert.Equal(1, _saves);
        Assert.False(_observer.PictureIsDue!(2));
    }

    [Fact]
    public async Task A_picture_is_made_only_when_a_page_has_asked()
    {
        Begin();
        Assert.False(_observer.PictureIsDue!(1));
        // Another asked for it: it is not encoded for nobody.
        _observer.Picture!(1, _picture);

        Task<HttpResponseMessage> asked = _client.GetAsync("picture?after=-1");
        while (!_observer.PictureIsDue!(2))
            await Task.Delay(10);
        Assert.False(asked.IsCompleted);
        _observer.Picture!(2, _picture);
        HttpResponseMessage answer = await asked;
        Assert.Equal("2", answer.Headers.GetValues("X-Steps").Single());
        byte[] file = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(_pictures.ContentSize, PictureFile.Decode("picture", file).Size);
        Assert.False(_observer.PictureIsDue!(3));

        // A second page gets the one that is there.
        HttpResponseMessage late = await _client.GetAsync("picture?after=-1");
        Assert.Equal(file, await late.Content.ReadAsByteArrayAsync());
        Assert.False(_observer.PictureIsDue!(4));
    }

    [Fact]
    public async Task A_late_page_is_told_the_whole_history()
    {
        Begin();
        for (int iteration = 0; iteration < 5000; iteration++)
            _observer.Iteration!(Report(iteration));
        using JsonDocument numbers = JsonDocument.Parse((await Events(1))[0].Data);
        Assert.Equal(5000, numbers.RootElement.GetProperty("steps").GetInt32());
        Assert.Equal(Report(4999).Losses.Total, numbers.RootElement.GetProperty("total").GetDouble());
        string chart = await _client.GetStringAsync("chart-narrow");
        Assert.Contains("curve-style", chart, StringComparison.Ordinal);
        Assert.Equal([0, 4999], (int[])[_history.ToList()[0].Iteration, _history.ToList()[^1].Iteration]);
    }

    [Fact]
    public async Task At_the_end_pages_keep_the_picture_and_the_server_is_gone()
    {
        Begin();
        _observer.Iteration!(Report(0));
        Task<List<(string Name, string Data)>> events = Events(int.MaxValue);
        _run.Finish("Finished", "Saved as /there/out.png.", _run.Size is var size
            ? new Picture(size, _picture.Values)
            : null);
        List<(string Name, string Data)> told = await events;
        _server.Dispose();

        Assert.Equal("end", told[^1].Name);
        Assert.Contains("Saved as /there/out.png.", told[^2].Data, StringComparison.Ordinal);
        using JsonDocument end = JsonDocument.Parse(told[^1].Data);
        string picture = end.RootElement.GetProperty("picture").GetString()!;
        Assert.Equal(size, PictureFile.Decode("end", Convert.FromBase64String(picture.Split(',')[1])).Size);
        Assert.Contains("<svg", end.RootElement.GetProperty("wide").GetString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync(""));
    }

    [Fact]
    public async Task A_run_that_fails_is_told_to_pages_too()
    {
        Task<List<(string Name, string Data)>> events = Events(int.MaxValue);
        await Task.Delay(500);
        _server.Dispose();
        List<(string Name, string Data)> told = await events;
        Assert.Contains("\"Failed\"", told[^2].Data, StringComparison.Ordinal);
        Assert.Equal("end", told[^1].Name);
    }

    [Fact]
    public async Task Who_never_reads_holds_up_nobody()
    {
        Begin();
        var silent = new List<Socket>();
        for (int i = 0; i < 12; i++)
        {
            Socket socket = await Connect();
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"GET /{(i % 2 == 0 ? "events" : "picture?after=-1")} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\n\r\n"));
            silent.Add(socket);
        }
        _observer.Iteration!(Report(0));
        Assert.Equal("numbers", (await Events(1))[0].Name);
        await Task.Run(_server.Dispose).WaitAsync(Patience);
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Thousands_of_connections_wait_outside_and_pages_go_on()
    {
        Begin();
        Task<List<(string Name, string Data)>> events = Events(8);
        using var enough = new CancellationTokenSource();
        Task<int>[] strangers = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            int answered = 0;
            while (!enough.IsCancellationRequested)
            {
                try
                {
                    using Socket socket = await Connect(enough.Token);
                    await socket.SendAsync("GET /secret HTTP/1.1\r\nHost: evil\r\n\r\n"u8.ToArray());
                    answered += (await ReadToEnd(socket, enough.Token)).Length > 0 ? 1 : 0;
                }
                catch (Exception exception) when (exception is SocketException or OperationCanceledException)
                {
                    // Reset, or left waiting.
                }
            }
            return answered;
        }))];
        for (int iteration = 0; !events.IsCompleted; iteration++)
        {
            _observer.Iteration!(Report(iteration));
            await Task.Delay(20);
        }
        await enough.CancelAsync();
        int total = (await Task.WhenAll(strangers)).Sum();
        // Two seconds at the pace, after those that are let in at once; a machine that is busy takes longer.
        Assert.InRange(total, 1, 1000);
        Assert.All(await events, told => Assert.Equal("numbers", told.Name));
    }

    [Fact]
    public async Task Another_address_has_a_token()
    {
        using LiveServer server = LiveServer.Start(new IPEndPoint(IPAddress.Any, 0), NewRun());
        var address = new Uri(server.Address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        Assert.Matches("^/[0-9a-f]{32}/$", address.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri(address, "live.js"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await _client.GetAsync(new Uri(address, "/"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await _client.GetAsync(new Uri(address, "/live.js"))).StatusCode);
        // A name may lead here by the will of whoever owns it.
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Host = $"evil.example:{address.Port}";
        Assert.Equal(HttpStatusCode.Forbidden, (await _client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public void A_port_that_is_taken_gets_one_sentence()
    {
        UsageException exception = Assert.Throws<UsageException>(
            () => LiveServer.Start(new IPEndPoint(IPAddress.Loopback, Port), NewRun()));
        Assert.Equal($"--live: no page at 127.0.0.1:{Port}: another program uses that port.", exception.Message);
    }

    private static IterationReport Report(int iteration) =>
        new(iteration, new LossValues(10.0 / (iteration + 1), 1000.0 / (iteration + 1), 0.25), 0.5, 20);

    private LiveRun NewRun() => new(
        new RunDescription(
            "out.png", Presets.Balanced, new RunDevice("Device", "OpenCL", "1"), 64, "", "ilgpustyle stylize",
            Task.FromResult<InputHash[]>([])),
        _pictures.Shown, _history, picture => _pictures.Finish(picture, stretch: false),
        (steps, _) =>
        {
            _saves++;
            return $"Saved as 'out-{steps}.png'.";
        },
        () => _stops++);

    private void Begin() => _observer.TargetsComputed!(new TargetsReport(0, 0, 32, 40, TimeSpan.Zero));

    private async Task<Socket> Connect(CancellationToken cancellation = default)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
        return socket;
    }

    private static async Task<string> ReadToEnd(Socket socket, CancellationToken cancellation = default)
    {
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellation);
    }

    private async Task<string> Secret() => Regex.Match(
        await _client.GetStringAsync(""), "name=\"secret\" content=\"([0-9a-f]{32})\"").Groups[1].Value;

    private async Task<HttpStatusCode> Post(string path, string? origin, string? secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (secret is not null)
            request.Headers.Add(LiveGuard.SecretHeader, secret);
        return (await _client.SendAsync(request)).StatusCode;
    }

    /// <summary>The first so many events, or all until the end.</summary>
    private async Task<List<(string Name, string Data)>> Events(int count)
    {
        using Stream stream = await _client.GetStreamAsync("events");
        using var reader = new StreamReader(stream);
        var events = new List<(string, string)>();
        string name = "";
        while (events.Count < count && await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                events.Add((name, line[6..]));
        }
        return events;
    }
}
