using System.Collections.Concurrent;
using McpRegistry.Credentials;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Upstream.Channels;
using McpRegistry.Upstream.Http;
using Microsoft.Extensions.Options;

namespace McpRegistry.Upstream;

/// <summary>Opens a connection to any endpoint within the configured time, and remembers which era it speaks.</summary>
internal sealed class UpstreamConnector(
    HttpConnector http,
    ChannelConnector channels,
    CommandPolicy commands,
    UpstreamCredentials credentials,
    IOptions<UpstreamOptions> options,
    TimeProvider time)
    : IUpstreamConnector
{
    private readonly ConcurrentDictionary<Guid, ProtocolEra> _eras = new();

    /// <inheritdoc/>
    public async ValueTask<ConnectResult> ConnectAsync(RegisteredServer server, ServerEndpoint endpoint, ClientProfile profile, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            ProtocolEra? known = _eras.TryGetValue(endpoint.Id, out var era) ? era : null;
            var result = await ConnectCoreAsync(server, endpoint, profile, known, either.Token).ConfigureAwait(false);
            if (known is not null && result.Fault?.Reason == FaultReasons.ProtocolError)
            {
                // Perhaps another program under the same name by now, so it is asked.
                result = await ConnectCoreAsync(server, endpoint, profile, known: null, either.Token).ConfigureAwait(false);
            }

            if (result.Connected)
            {
                _eras[endpoint.Id] = result.Connection.Handshake.Era;
            }
            else
            {
                // What was true of the era may have changed with the server.
                Forget(endpoint.Id);
            }

            return result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Forget(endpoint.Id);
            return new UpstreamFault(FaultReasons.Timeout, $"The server did not complete the handshake within {options.Value.ConnectTimeout.TotalSeconds:0.#} s.");
        }
    }

    public void Forget(Guid endpointId) => _eras.TryRemove(endpointId, out _);

    private async ValueTask<ConnectResult> ConnectCoreAsync(
        RegisteredServer server, ServerEndpoint endpoint, ClientProfile profile, ProtocolEra? known, CancellationToken cancellationToken)
    {
        var (credential, fault) = credentials.Find(server, endpoint);
        if (fault is not null)
        {
            return fault;
        }

        switch (endpoint.Transport)
        {
            case TransportKind.Stdio:
                // Checked again here: the row may be older than today's allow-list. What the watched process was found to be, those
                // of the principals are too: none of them waits again for the silence of an old server.
                return commands.IsAllowed(server.Origin, endpoint, out var refusal)
                    ? await channels.StartProcessAsync(endpoint with { Era = endpoint.Era ?? known }, server.Alias, profile, cancellationToken).ConfigureAwait(false)
                    : new UpstreamFault(FaultReasons.CommandNotAllowed, refusal);
            case TransportKind.WebSocket:
                // As of a process: what one socket was found to speak, the others do too.
                return await channels.OpenWebSocketAsync(endpoint with { Era = endpoint.Era ?? known }, server.Alias, profile, credential, cancellationToken).ConfigureAwait(false);
            case TransportKind.Sse:
                return await channels.OpenSseAsync(endpoint, server.Alias, profile, credential, cancellationToken).ConfigureAwait(false);
            default:
                var (result, mayBeSse) = await http.ConnectAsync(endpoint, profile, credential, known, server.Alias, cancellationToken).ConfigureAwait(false);
                if (!mayBeSse)
                {
                    return result;
                }

                var sse = await channels.OpenSseAsync(endpoint, server.Alias, profile, credential, cancellationToken).ConfigureAwait(false);
                return sse.Connected ? sse : result;
        }
    }
}
