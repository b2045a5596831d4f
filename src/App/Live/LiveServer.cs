using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.RateLimiting;
using IlgpuStyle.App.Charts;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace IlgpuStyle.App.Live;

/// <summary>Serves the page of a run, its numbers as Server-Sent Events, and its pictures.</summary>
/// <remarks>
/// Nothing here names a file, and a request has no body. A refused request ends its connection, connections are
/// accepted at a pace, and so are requests: what strangers can make this process do is bounded, however many they are.
/// Source: HTML Living Standard, 9.2 (Server-sent events).
/// </remarks>
internal sealed class LiveServer : IDisposable
{
    private const int MostConnections = 48;

    /// <summary>At most four events a second.</summary>
    private static readonly TimeSpan BetweenEvents = TimeSpan.FromSeconds(0.25);

    /// <summary>A page that waits longer for a picture is told to ask again, so that connections do not look dead.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    /// <summary>What pages have to take the result, at the end.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly LiveRun _run;
    private readonly LiveGuard _guard;
    private readonly WebApplication _app;
    private readonly TokenBucketRateLimiter _pace = Pace.Of(perSecond: 60, atOnce: 120);
    private int _listeners;

    private LiveServer(IPEndPoint place, LiveRun run)
    {
        _run = run;
        var routes = new Dictionary<string, (string Method, RequestDelegate Handler)>
        {
            [""] = (HttpMethods.Get, SendPage),
            ["page.css"] = (HttpMethods.Get, context => SendFile(context, "page.css", "text/css")),
            ["compare.js"] = (HttpMethods.Get, context => SendFile(context, "compare.js", "text/javascript")),
            ["live.js"] = (HttpMethods.Get, context => SendFile(context, "live.js", "text/javascript")),
            ["events"] = (HttpMethods.Get, SendEvents),
            ["picture"] = (HttpMethods.Get, SendPicture),
            ["content"] = (HttpMethods.Get, context => Send(context, run.Content)),
            ["chart-wide"] = (HttpMethods.Get, context => SendChart(context, LossChart.Wide)),
            ["chart-narrow"] = (HttpMethods.Get, context => SendChart(context, LossChart.Narrow)),
            ["save"] = (HttpMethods.Post, context => Act(context, run.Save)),
            ["stop"] = (HttpMethods.Post, context => Act(context, run.Stop)),
        };
        for (int style = 0; style < run.Styles.Count; style++)
        {
            Lazy<Preview> preview = run.Styles[style];
            routes[$"style-{style + 1}"] = (HttpMethods.Get, context => Send(context, preview.Value));
        }
        _guard = new LiveGuard(place.Address, routes.Keys);
        _app = Build(place);
        _app.Use(Admit);
        foreach ((string path, (string method, RequestDelegate handler)) in routes)
            _app.MapMethods(_guard.Prefix + path, [method], handler);
    }

    /// <summary>What a user opens.</summary>
    public string Address { get; private set; } = "";

    private int Port { get; set; }

    /// <summary>Starts to listen.</summary>
    /// <param name="place">Address and port; port 0 for any that is free.</param>
    /// <param name="run">What is shown.</param>
    /// <exception cref="UsageException">One cannot listen there.</exception>
    public static LiveServer Start(IPEndPoint place, LiveRun run)
    {
        var server = new LiveServer(place, run);
        try
        {
            server._app.StartAsync().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            server._app.DisposeAsync().AsTask().GetAwaiter().GetResult();
            string reason = exception.InnerException is AddressInUseException
                ? "another program uses that port"
                : (exception.InnerException ?? exception).Message.TrimEnd('.');
            throw new UsageException($"{LiveOption.Name}: no page at {place}: {reason}.");
        }
        var bound = new UriBuilder(server._app.Urls.Single());
        server.Port = bound.Port;
        bound.Path = server._guard.Prefix;
        server.Address = bound.Uri.ToString();
        return server;
    }

    /// <summary>Lets the pages take what there is at the end, and stops.</summary>
    public void Dispose()
    {
        if (_run.End is null)
            _run.Finish("Failed", "The run ended without a picture: the terminal says why.", null);
        SpinWait.SpinUntil(() => Volatile.Read(ref _listeners) == 0, Farewell);
        _app.StopAsync().GetAwaiter().GetResult();
        _app.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _pace.Dispose();
    }

    private static WebApplication Build(IPEndPoint place)
    {
        // Empty: no settings from the environment or from files in the working folder, no log.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton<IConnectionListenerFactory>(new PacedListenerFactory(new SocketTransportFactory(
            new OptionsWrapper<SocketTransportOptions>(new SocketTransportOptions { Backlog = 64 }),
            NullLoggerFactory.Instance)));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxConcurrentConnections = MostConnections;
            options.Limits.MaxRequestBodySize = 0;
            options.Limits.MaxRequestHeadersTotalSize = 16 << 10;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
            options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
            options.Listen(place, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private async Task Admit(HttpContext context, RequestDelegate next)
    {
        if (!_guard.Admits(context, Port))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.Headers.Connection = "close";
            return;
        }
        await Pace.WaitAsync(_pace, context.RequestAborted);
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The page is gone.
        }
    }

    private static Task SendFile(HttpContext context, string name, string type)
    {
        context.Response.ContentType = $"{type}; charset=utf-8";
        return context.Response.WriteAsync(PageFile.Read(name), context.RequestAborted);
    }

    private Task SendPage(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        string styles = string.Concat(Enumerable.Range(1, _run.Styles.Count).Select(style =>
            $"<figure><img src=\"style-{style}\" alt=\"{StyleName(style)}\">"
            + $"<figcaption>{StyleName(style)}</figcaption></figure>"));
        string page = PageFile.Read("live.html")
            .Replace("{{secret}}", _guard.Secret, StringComparison.Ordinal)
            .Replace("{{width}}", _run.Size.Width.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{{height}}", _run.Size.Height.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{{styles}}", styles, StringComparison.Ordinal);
        return context.Response.WriteAsync(page, context.RequestAborted);
    }

    private string StyleName(int style) => _run.Styles.Count == 1 ? "Style" : $"Style {style}";

    private static Task Send(HttpContext context, Preview preview)
    {
        context.Response.ContentType = preview.MediaType;
        context.Response.ContentLength = preview.Bytes.Length;
        return context.Response.Body.WriteAsync(preview.Bytes, context.RequestAborted).AsTask();
    }

    private Task SendChart(HttpContext context, (int Width, int Height) size)
    {
        context.Response.ContentType = "image/svg+xml";
        return context.Response.WriteAsync(_run.Chart(size), context.RequestAborted);
    }

    private async Task SendPicture(HttpContext context)
    {
        _ = int.TryParse(
            context.Request.Query["after"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int after);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, _app.Lifetime.ApplicationStopping);
        waiting.CancelAfter(LongestWait);
        try
        {
            LivePicture picture = await _run.PictureAfter(after, waiting.Token);
            context.Response.Headers["X-Steps"] = picture.Steps.ToString(CultureInfo.InvariantCulture);
            await Send(context, picture.Preview);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    /// <summary>Whoever reads slowly gets fewer events, not older ones.</summary>
    private async Task SendEvents(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        Interlocked.Increment(ref _listeners);
        try
        {
            byte[] sent = [];
            while (true)
            {
                LiveEnd? end = _run.End;
                byte[] numbers = _run.Numbers();
                if (!numbers.AsSpan().SequenceEqual(sent))
                    await SendEvent(context, "numbers", numbers);
                sent = numbers;
                if (end is not null)
                {
                    await SendEvent(context, "end", JsonSerializer.SerializeToUtf8Bytes(
                        new
                        {
                            Picture = end.Picture?.DataUri,
                            Wide = _run.Chart(LossChart.Wide),
                            Narrow = _run.Chart(LossChart.Narrow),
                        },
                        JsonSerializerOptions.Web));
                    return;
                }
                await Task.Delay(BetweenEvents, context.RequestAborted);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _listeners);
        }
    }

    private static async Task SendEvent(HttpContext context, string name, byte[] data)
    {
        await context.Response.WriteAsync($"event: {name}\ndata: ", context.RequestAborted);
        await context.Response.Body.WriteAsync(data, context.RequestAborted);
        await context.Response.WriteAsync("\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static Task Act(HttpContext context, Action action)
    {
        action();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Signals are the program's own, not the web server's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
