using McpRegistry.Credentials;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <summary>Starts stdio servers, and opens HTTP+SSE and WebSocket ones.</summary>
internal sealed class ChannelConnector(
    UpstreamHttp http, IOptions<UpstreamOptions> options, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Callers of all tenants see this of a global server; where a program lies on the host is for its operator.</summary>
    private static readonly UpstreamFault NotStarted =
        new(FaultReasons.ProcessExited, "The server's command could not be started; check that it is installed and on the PATH.");

    private static readonly UpstreamFault NotForShell = new(
        FaultReasons.ProcessExited,
        "The server's command was not started: the Windows command shell would read a meaning into its name or an argument (one of \" % ^ ! or a control character). Register the .exe that it runs.");

    private readonly ILogger _log = loggers.CreateLogger<ChannelConnector>();

    public async ValueTask<ConnectResult> StartProcessAsync(ServerEndpoint endpoint, string name, ClientProfile profile, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!ChildProcess.CanStart(endpoint))
        {
            return NotForShell;
        }

        if (ChildProcess.TryStart(endpoint, EnvironmentOf(endpoint), name, options.Value.ProcessShutdownTimeout, _log) is not { } process)
        {
            _log.CommandNotStarted(name, endpoint.Command!);
            return NotStarted;
        }

        var transport = new ProcessTransport(process, options.Value, time, () => _log.LineIgnored(name));
        return await ShakeHandsAsync(transport, endpoint, profile, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ConnectResult> OpenSseAsync(
        ServerEndpoint endpoint, string name, ClientProfile profile, CredentialSource? credential, CancellationToken cancellationToken)
    {
        var url = new Uri(endpoint.Url!);
        var (transport, fault) = await SseTransport.OpenAsync(
            http.CreateClient(url, credential), url, options.Value.MaxMessageBytes, () => _log.EventIgnored(name), cancellationToken).ConfigureAwait(false);

        // HTTP+SSE is older than the modern era.
        return transport is null
            ? fault!
            : await ShakeHandsAsync(transport, endpoint with { Era = ProtocolEra.Legacy }, profile, cancellationToken).ConfigureAwait(false);
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

    private ValueTask<ConnectResult> ShakeHandsAsync(ITransport channel, ServerEndpoint endpoint, ClientProfile profile, CancellationToken cancellationToken) =>
        ChannelConnection.OpenAsync(
            channel, profile, endpoint.Era, options.Value.StdioProbeTimeout, options.Value.MaxMessageBytes, time, cancellationToken);

    /// <summary>A server gets what programs need to run, not the host's secrets.</summary>
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
