using System.Net;
using System.Net.Sockets;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg.Tests.Weights;

[Collection(nameof(HttpClient.DefaultProxy))] // Which one test changes for all.
public sealed class WeightsDownloadTests : IDisposable
{
    private const int Size = 300_007;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = new byte[Size];
    private readonly OfficialWeightFile _file;
    private readonly string _destination;

    public WeightsDownloadTests()
    {
        new Random(11).NextBytes(_content);
        File.WriteAllBytes(_folder.File("content"), _content);
        _file = new OfficialWeightFile("vgg.h5", Size, OfficialWeightFile.ComputeMd5(_folder.File("content")));
        _destination = _folder.File("new/vgg.h5");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Arrives_whole_with_its_progress()
    {
        using var server = new ScriptedServer(_content);
        var seen = new List<DownloadProgress>();

        await DownloadAsync(server, seen.Add);

        AssertArrived();
        Assert.Equal(("GET /files/vgg.h5 HTTP/1.1", null), Assert.Single(server.Requests));
        Assert.True(seen.Count > 1);
        Assert.Equal(seen.OrderBy(step => step.ReceivedBytes), seen);
        Assert.Equal(new DownloadProgress(Size, Size), seen[^1]);
    }

    [Fact]
    public async Task A_cut_connection_is_resumed()
    {
        using var server = new ScriptedServer(_content);
        server.Cuts.Enqueue(100_000);
        server.Cuts.Enqueue(50_000);

        await DownloadAsync(server);

        AssertArrived();
        Assert.Equal([null, "bytes=100000-", "bytes=150000-"], server.Requests.Select(request => request.Range));
    }

    [Fact]
    public async Task A_cut_that_brings_nothing_ends_it_and_the_next_command_goes_on()
    {
        using var server = new ScriptedServer(_content);
        server.Cuts.Enqueue(100_000);
        server.Cuts.Enqueue(0);

        WeightFileException failure = await FailAsync(server);

        Assert.Contains($"cut at 100000 of {Size} bytes", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_destination));
        await DownloadAsync(server);
        AssertArrived();
        Assert.Equal("bytes=100000-", server.Requests[^1].Range);
    }

    [Fact]
    public async Task A_server_without_ranges_starts_over()
    {
        using var server = new ScriptedServer(_content) { HonoursRanges = false };
        server.Cuts.Enqueue(100_000);

        await DownloadAsync(server);

        AssertArrived();
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_part_that_starts_elsewhere_than_was_asked_for_starts_over()
    {
        using var server = new ScriptedServer(_content) { AnswersRangesFromTheStart = true };
        server.Cuts.Enqueue(100_000);

        await DownloadAsync(server);

        AssertArrived();
        Assert.Equal([null, "bytes=100000-"], server.Requests.Select(request => request.Range));
    }

    [Fact]
    public async Task A_whole_but_damaged_file_is_thrown_away()
    {
        using var server = new ScriptedServer([.. _content[..^1], (byte)(_content[^1] ^ 1)]);

        WeightFileException failure = await FailAsync(server);

        Assert.Contains($"{_file.Md5} is right", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.File("new")));
    }

    /// <summary>Without a length, nothing but the file's own size says where it ends.</summary>
    [Fact]
    public async Task A_longer_file_without_a_length_is_read_no_further_than_its_size()
    {
        using var server = new ScriptedServer([.. _content, .. new byte[100_000]]) { GivesLength = false };

        await DownloadAsync(server);

        AssertArrived();
        Assert.Single(server.Requests);
    }

    /// <summary>A lock of this process is as good as one of another's.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_under_way_elsewhere_is_waited_for(bool succeeds)
    {
        Directory.CreateDirectory(_folder.File("new"));
        FileStream other = File.Open(
            _destination + ".download", FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var server = new ScriptedServer(_content);
        var told = new List<string>();
        using var download = new WeightsDownload(server.Address) { Tell = told.Add };

        Task waiting = download.DownloadAsync(_file, _destination);
        await Task.Delay(300);
        Assert.False(waiting.IsCompleted);
        Assert.Empty(server.Requests);
        if (succeeds)
            File.Copy(_folder.File("content"), _destination);
        other.Dispose();
        await waiting;

        Assert.Equal([$"waiting for another process, which downloads '{other.Name}'"], told);
        Assert.Equal(succeeds ? 0 : 1, server.Requests.Count);
        AssertArrived();
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        Directory.CreateDirectory(_folder.File("new"));
        using FileStream other = File.Open(
            _destination + ".download", FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var server = new ScriptedServer(_content);
        using var download = new WeightsDownload(server.Address);
        using var cancellation = new CancellationTokenSource();

        Task waiting = download.DownloadAsync(_file, _destination, cancellation: cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(File.Exists(other.Name));
    }

    [Fact]
    public async Task An_older_file_stays_until_the_new_one_is_right()
    {
        Directory.CreateDirectory(_folder.File("new"));
        File.WriteAllText(_destination, "older");
        using var missing = new ScriptedServer(_content) { Status = "404 Not Found" };
        using var server = new ScriptedServer(_content);

        WeightFileException failure = await FailAsync(missing);

        Assert.Contains(
            "/files/vgg.h5 cannot be had: the server answered 404 (Not Found)",
            failure.Message,
            StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(_destination));
        await DownloadAsync(server);
        AssertArrived();
    }

    [Fact]
    public async Task A_file_of_another_size_is_refused_before_it_is_fetched()
    {
        using var server = new ScriptedServer(_content[..^10]);

        WeightFileException failure = await FailAsync(server);

        Assert.Contains($"has {Size - 10} bytes where {Size} are right", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>As a gateway does that wants a log-in first; some of their pages come without a length.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_in_the_files_stead_leaves_what_has_arrived(bool isLengthGiven)
    {
        using var server = new ScriptedServer(_content);
        server.Cuts.Enqueue(100_000);
        server.Cuts.Enqueue(0);
        await FailAsync(server);
        using var gateway = new ScriptedServer(new byte[1000]) { HonoursRanges = false, GivesLength = isLengthGiven };

        WeightFileException failure = await FailAsync(gateway);

        Assert.Contains($"bytes where {Size} are right", failure.Message, StringComparison.Ordinal);
        await DownloadAsync(server);
        AssertArrived();
        Assert.Equal("bytes=100000-", server.Requests[^1].Range);
    }

    [Fact]
    public async Task A_leftover_that_is_too_long_is_dropped()
    {
        Directory.CreateDirectory(_folder.File("new"));
        File.WriteAllBytes(_destination + ".download", new byte[Size + 1]);
        using var server = new ScriptedServer(_content);

        await DownloadAsync(server);

        AssertArrived();
        Assert.Null(Assert.Single(server.Requests).Range);
    }

    [Fact]
    public async Task Without_a_connection_it_says_so()
    {
        using var download = new WeightsDownload(ClosedPort());

        WeightFileException failure = await Assert.ThrowsAsync<WeightFileException>(
            () => download.DownloadAsync(_file, _destination));

        Assert.Contains("No connection to http://127.0.0.1:", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_destination + ".download"));
    }

    [Fact]
    public async Task Cancelling_keeps_what_has_arrived()
    {
        using var server = new ScriptedServer(_content);
        using var download = new WeightsDownload(server.Address);
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => download.DownloadAsync(_file, _destination, _ => cancellation.Cancel(), cancellation.Token));

        Assert.InRange(new FileInfo(_destination + ".download").Length, 1, Size - 1);
    }

    [Fact]
    public async Task An_unwritable_place_is_named()
    {
        using var server = new ScriptedServer(_content);
        using var download = new WeightsDownload(server.Address);
        File.WriteAllText(_folder.File("file"), "");

        WeightFileException failure = await Assert.ThrowsAsync<WeightFileException>(
            () => download.DownloadAsync(_file, _folder.File("file/vgg.h5")));

        Assert.Contains("vgg.h5' cannot be written: ", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>HttpClient.DefaultProxy is what .NET makes of http_proxy and its kin.</summary>
    [Fact]
    public async Task Goes_through_the_environments_proxy()
    {
        using var proxy = new ScriptedServer(_content);
        IWebProxy usual = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.Address);
        try
        {
            using var download = new WeightsDownload(new Uri("http://weights.invalid/vgg19/"));
            await download.DownloadAsync(_file, _destination);
        }
        finally
        {
            HttpClient.DefaultProxy = usual;
        }

        AssertArrived();
        Assert.Equal("GET http://weights.invalid/vgg19/vgg.h5 HTTP/1.1", Assert.Single(proxy.Requests).RequestLine);
    }

    [Fact]
    public void Publishes_where_keras_does()
    {
        using var download = new WeightsDownload();

        Assert.Equal(
            "https://storage.googleapis.com/tensorflow/keras-applications/vgg19/"
            + "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
            download.AddressOf(OfficialWeightFile.WithoutTop).ToString());
    }

    /// <summary>A port on which nobody listens any more.</summary>
    internal static Uri ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }

    private async Task DownloadAsync(ScriptedServer server, Action<DownloadProgress>? progress = null)
    {
        using var download = new WeightsDownload(server.Address);
        await download.DownloadAsync(_file, _destination, progress);
    }

    private Task<WeightFileException> FailAsync(ScriptedServer server) =>
        Assert.ThrowsAsync<WeightFileException>(() => DownloadAsync(server));

    private void AssertArrived()
    {
        Assert.True(_content.AsSpan().SequenceEqual(File.ReadAllBytes(_destination)));
        Assert.Equal([_destination], Directory.GetFiles(_folder.File("new")));
    }
}
