using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace IlgpuStyle.Vgg.Weights;

/// <summary>How far a download is.</summary>
/// <param name="ReceivedBytes">Bytes on the disk, those of an earlier, interrupted attempt included.</param>
/// <param name="TotalBytes">The file's size.</param>
public readonly record struct DownloadProgress(long ReceivedBytes, long TotalBytes);

/// <summary>
/// Gets a published weights file: what arrives is kept beside the destination as .download, a cut or an interrupted
/// attempt is resumed where it stopped (HTTP Range), and only a file of the right size and MD5 sum is moved to its
/// place. Where another process downloads it already, that one is waited for. Proxies are those of the environment
/// (http_proxy, https_proxy, all_proxy, no_proxy).
/// </summary>
public sealed class WeightsDownload : IDisposable
{
    /// <summary>Cuts that are resumed in one go, as long as each attempt brings something.</summary>
    private const int MaximumAttempts = 20;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Silence that counts as a cut.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Between two looks whether another process is done.</summary>
    private static readonly TimeSpan WaitBetweenLooks = TimeSpan.FromSeconds(0.2);

    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout });
    private readonly Uri _baseAddress;

    /// <summary>Downloads from where Keras publishes its weights.</summary>
    public WeightsDownload()
        : this(OfficialWeightFile.BaseAddress)
    {
    }

    /// <summary>Downloads from another server.</summary>
    internal WeightsDownload(Uri baseAddress) => _baseAddress = baseAddress;

    /// <summary>Is told that another process is waited for.</summary>
    public Action<string>? Tell { get; init; }

    /// <summary>Where a file is published.</summary>
    public Uri AddressOf(OfficialWeightFile file) => new(_baseAddress, file.FileName);

    /// <summary>Downloads a file to its destination, replacing what is there.</summary>
    /// <param name="file">What to get.</param>
    /// <param name="destination">Where it goes; missing folders are made.</param>
    /// <param name="progress">Called after each block that arrived.</param>
    /// <param name="cancellation">Stops the download; what has arrived is kept for the next attempt.</param>
    /// <exception cref="WeightFileException">No connection, an error from the server, a file of another size or
    /// MD5 sum, or a disk that cannot be written.</exception>
    public async Task DownloadAsync(
        OfficialWeightFile file, string destination, Action<DownloadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        string partial = destination + ".download";
        bool isOurs = false;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(destination))!);
            (FileStream opened, bool hasWaited) = await OpenAloneAsync(partial, cancellation).ConfigureAwait(false);
            await using (FileStream output = opened)
            {
                isOurs = true;
                if (hasWaited && IsWhole(file, destination))
                    return;
                await ReceiveAsync(file, output, progress, cancellation).ConfigureAwait(false);
            }
            string md5 = OfficialWeightFile.ComputeMd5(partial);
            if (md5 != file.Md5)
            {
                File.Delete(partial);
                throw new WeightFileException(
                    $"{AddressOf(file)} came with the MD5 sum {md5} where {file.Md5} is right; it was thrown away, "
                    + "try again.");
            }
            File.Move(partial, destination, overwrite: true);
        }
        catch (FileNotFoundException) when (IsWhole(file, destination))
        {
            // Another process, which had it from this one's hands, has moved it.
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new WeightFileException($"'{destination}' cannot be written: {refused.Message}", refused);
        }
        finally
        {
            if (isOurs && new FileInfo(partial) is { Exists: true, Length: 0 })
                File.Delete(partial);
        }
    }

    /// <summary>Closes connections.</summary>
    public void Dispose() => _client.Dispose();

    private static bool IsWhole(OfficialWeightFile file, string path) =>
        new FileInfo(path) is { Exists: true } info && info.Length == file.SizeBytes
        && OfficialWeightFile.ComputeMd5(path) == file.Md5;

    /// <summary>Opens what has arrived so far, once no other process has it open.</summary>
    private async Task<(FileStream File, bool HasWaited)> OpenAloneAsync(
        string partial, CancellationToken cancellation)
    {
        for (bool hasWaited = false; ; hasWaited = true)
        {
            try
            {
                return (
                    File.Open(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), hasWaited);
            }
            catch (IOException exception) when (IsInUse(exception))
            {
                if (!hasWaited)
                    Tell?.Invoke($"waiting for another process, which downloads '{partial}'");
                await Task.Delay(WaitBetweenLooks, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What .NET throws where another process has locked a file: Unix's EWOULDBLOCK, Windows's own.</summary>
    private static bool IsInUse(IOException exception)
    {
        const int wouldBlockOnLinux = 11;
        const int wouldBlockOnMac = 35;
        const int sharingViolation = unchecked((int)0x80070020);
        return exception.HResult is wouldBlockOnLinux or wouldBlockOnMac or sharingViolation;
    }

    /// <summary>Fills the output until it has the file's size, over as many connections as that takes.</summary>
    private async Task ReceiveAsync(
        OfficialWeightFile file, FileStream output, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        for (int attempt = 1; output.Length != file.SizeBytes; attempt++)
        {
            if (output.Length > file.SizeBytes)
                output.SetLength(0);
            long before = output.Length;
            try
            {
                await ReceiveOnceAsync(file, output, progress, cancellation).ConfigureAwait(false);
            }
            catch (ConnectionCutException cut)
            {
                if (output.Length <= before || attempt == MaximumAttempts)
                {
                    throw new WeightFileException(
                        $"The connection to {_baseAddress.Host} was cut at {output.Length} of {file.SizeBytes} "
                        + $"bytes ({cut.Message}); the same command goes on from there.", cut);
                }
            }
        }
    }

    private async Task ReceiveOnceAsync(
        OfficialWeightFile file, FileStream output, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(file));
        if (output.Length > 0)
            request.Headers.Range = new RangeHeaderValue(output.Length, null);
        using HttpResponseMessage response = await SendAsync(request, cancellation).ConfigureAwait(false);
        RequireSuccess(response, request.RequestUri!);
        bool isContinuation = response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == output.Length;
        long start = isContinuation ? output.Length : 0; // A server without ranges sends the file from its start.
        RequireSize(
            file, start + response.Content.Headers.ContentLength, request.RequestUri!,
            isOptional: start == output.Length);
        output.SetLength(start); // Only now: a gateway's page in the file's stead costs nothing that has arrived.
        output.Position = start;

        byte[] buffer = new byte[1 << 16];
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        while (output.Length < file.SizeBytes)
        {
            int wanted = (int)Math.Min(buffer.Length, file.SizeBytes - output.Length);
            int count = await ReadAsync(body, buffer.AsMemory(0, wanted), cancellation).ConfigureAwait(false);
            if (count == 0)
                throw new ConnectionCutException("the server closed it");
            await output.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
            progress?.Invoke(new DownloadProgress(output.Length, file.SizeBytes));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
                .ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            throw new WeightFileException($"No connection to {request.RequestUri}: {failure.Message}", failure);
        }
        catch (TaskCanceledException silence) when (!cancellation.IsCancellationRequested)
        {
            throw new WeightFileException($"No connection to {request.RequestUri}: no answer.", silence);
        }
    }

    /// <summary>
    /// Reads a block; errors of the network become <see cref="ConnectionCutException"/>, unlike the disk's.
    /// </summary>
    private static async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(ReadTimeout);
        try
        {
            return await body.ReadAsync(buffer, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new ConnectionCutException(failure.Message, failure);
        }
        catch (OperationCanceledException silence) when (!cancellation.IsCancellationRequested)
        {
            throw new ConnectionCutException($"nothing came for {ReadTimeout.TotalSeconds:0} s", silence);
        }
    }

    private static void RequireSuccess(HttpResponseMessage response, Uri address)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new WeightFileException(
                $"{address} cannot be had: the server answered {(int)response.StatusCode} ({response.ReasonPhrase}).");
        }
    }

    private static void RequireSize(OfficialWeightFile file, long? offered, Uri address, bool isOptional)
    {
        if (offered != file.SizeBytes && !(offered is null && isOptional))
        {
            throw new WeightFileException(
                $"{address} has {offered?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of"} bytes "
                + $"where {file.SizeBytes} are right: not the file that Keras published.");
        }
    }

    /// <summary>The network failed in the middle of a transfer.</summary>
    private sealed class ConnectionCutException(string message, Exception? inner = null) : Exception(message, inner);
}
