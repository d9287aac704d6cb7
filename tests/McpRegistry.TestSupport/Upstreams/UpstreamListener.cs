using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>Kestrel on a free loopback port, counting its connections.</summary>
internal sealed class UpstreamListener : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Changes _changes;
    private int _connections;

    public UpstreamListener(RequestDelegate handler, int port, Changes changes, X509Certificate2? certificate = null, TimeSpan? idle = null)
    {
        _changes = changes;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.KeepAliveTimeout = idle ?? kestrel.Limits.KeepAliveTimeout;
            kestrel.Listen(IPAddress.Loopback, port == 0 ? ReturningPort.Take() : port, listen =>
            {
                listen.Use(Count);
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        _app = builder.Build();

        // No keep-alive of its own: what a client does about a silent server is what tests look at.
        _app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        _app.Run(handler);
    }

    public int Connections => Volatile.Read(ref _connections);

    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        return new Uri(new Uri(_app.Urls.First()), "/mcp");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private ConnectionDelegate Count(ConnectionDelegate next) => async connection =>
    {
        Interlocked.Increment(ref _connections);
        _changes.Raise();
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
            _changes.Raise();
        }
    };
}
