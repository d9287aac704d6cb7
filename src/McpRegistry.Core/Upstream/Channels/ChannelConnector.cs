using System.ComponentModel;
using McpRegistry.Credentials;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>Starts stdio servers and opens HTTP+SSE ones, on the SDK's transports, and WebSocket ones.</summary>
internal sealed class ChannelConnector(
    UpstreamHttp http, IOptions<UpstreamOptions> options, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger _log = loggers.CreateLogger<ChannelConnector>();

    public async ValueTask<ConnectResult> StartProcessAsync(ServerEndpoint endpoint, string name, ClientProfile profile, CancellationToken cancellationToken)
    {
        var family = new ProcessFamily();
        var environment = EnvironmentOf(endpoint);
        family.Mark(environment);
        var transport = new StdioClientTransport(
            new StdioClientTransportOptions
            {
                Name = name,
                Command = endpoint.Command!,
                Arguments = [.. endpoint.Arguments],
                WorkingDirectory = endpoint.WorkingDirectory,

                // A server gets what programs need to run, not the host's secrets.
                InheritEnvironmentVariables = false,
                EnvironmentVariables = environment,
                ShutdownTimeout = options.Value.ProcessShutdownTimeout,
            },
            loggers);

        // Callers of all tenants see this of a global server; where a program lies on the host is for its operator.
        var fault = new UpstreamFault(FaultReasons.ProcessExited, "The server's command could not be started; check that it is installed and on the PATH.");
        var result = await OpenAsync(transport, endpoint, profile, fault, channel => new ProcessTransport(channel, family), cancellationToken).ConfigureAwait(false);
        if (ReferenceEquals(result.Fault, fault))
        {
            _log.CommandNotStarted(name, endpoint.Command!);
        }

        return result;
    }

    public async ValueTask<ConnectResult> OpenSseAsync(
        ServerEndpoint endpoint, string name, ClientProfile profile, CredentialSource? credential, CancellationToken cancellationToken)
    {
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Name = name,
                Endpoint = new Uri(endpoint.Url!),
                TransportMode = HttpTransportMode.Sse,
                ConnectionTimeout = options.Value.ConnectTimeout,

                // The supervisor reconnects, with one back-off for all transports.
                MaxReconnectionAttempts = 0,
            },
            http.CreateClient(new Uri(endpoint.Url!), credential),
            loggers);
        await using (transport.ConfigureAwait(false))
        {
            var fault = new UpstreamFault(FaultReasons.Unreachable, "The server offers no event stream at this URL.");

            // HTTP+SSE is older than the modern era.
            return await OpenAsync(transport, endpoint with { Era = ProtocolEra.Legacy }, profile, fault, static channel => channel, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<ConnectResult> OpenWebSocketAsync(
        ServerEndpoint endpoint, string name, ClientProfile profile, CredentialSource? credential, CancellationToken cancellationToken)
    {
        var (socket, refusal) = await WebSocketDialer.DialAsync(http, new Uri(endpoint.Url!), credential, options.Value, cancellationToken).ConfigureAwait(false);
        if (socket is null)
        {
            return refusal!;
        }

        var transport = new WebSocketTransport(socket, name, options.Value, time, _log);
        var opened = await ShakeHandsAsync(transport, endpoint, profile, cancellationToken).ConfigureAwait(false);

        // An old server may hang up on whatever comes before initialize.
        return opened.Fault is { MeansDown: true } && endpoint.Era is null
            ? await OpenWebSocketAsync(endpoint with { Era = ProtocolEra.Legacy }, name, profile, credential, cancellationToken).ConfigureAwait(false)
            : opened;
    }

    private async ValueTask<ConnectResult> OpenAsync(
        IClientTransport transport, ServerEndpoint endpoint, ClientProfile profile, UpstreamFault fault, Func<ITransport, ITransport> wrap, CancellationToken cancellationToken)
    {
        ITransport channel;
        try
        {
            channel = await transport.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsConnectFailure(exception))
        {
            return exception switch
            {
                OperationCanceledException when cancellationToken.IsCancellationRequested => throw new OperationCanceledException(cancellationToken),
                HttpRequestException { StatusCode: { } status } => HttpFaults.FromStatus(status),
                HttpRequestException connect => HttpFaults.FromException(connect),
                _ => fault,
            };
        }

        return await ShakeHandsAsync(wrap(channel), endpoint, profile, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<ConnectResult> ShakeHandsAsync(ITransport channel, ServerEndpoint endpoint, ClientProfile profile, CancellationToken cancellationToken) =>
        ChannelConnection.OpenAsync(
            channel, profile, endpoint.Era, options.Value.StdioProbeTimeout, options.Value.MaxMessageBytes, time, cancellationToken);

    private static bool IsConnectFailure(Exception exception) => exception is IOException or HttpRequestException
        or Win32Exception or InvalidOperationException or TimeoutException or OperationCanceledException;

    private static Dictionary<string, string?> EnvironmentOf(ServerEndpoint endpoint)
    {
        var variables = StdioClientTransportOptions.GetDefaultEnvironmentVariables();
        foreach (var (name, value) in endpoint.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }
}
