using McpRegistry.Credentials;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Upstream.Http;

/// <summary>Opens connections to Streamable HTTP endpoints in whatever era they speak.</summary>
internal sealed class HttpConnector(UpstreamHttp http, TimeProvider time, ILogger<HttpConnector>? log = null)
{
    private static readonly OwnRequest Discover = new() { Method = McpMethod.Discover };

    private static readonly UpstreamHandshake Unknown = new() { Era = ProtocolEra.Modern, Revision = ProtocolRevision.Modern };

    /// <summary>Opens a connection.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="profile">What a legacy server is told of its client.</param>
    /// <param name="credential">What is shown to the server; null for nothing.</param>
    /// <param name="known">The era if it was found before; null probes.</param>
    /// <param name="name">The server's alias, for the log.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <returns>The connection or the fault; <c>MayBeSse</c> when the URL could be an HTTP+SSE one.</returns>
    public async ValueTask<(ConnectResult Result, bool MayBeSse)> ConnectAsync(
        ServerEndpoint endpoint, ClientProfile profile, CredentialSource? credential, ProtocolEra? known, string name, CancellationToken cancellationToken)
    {
        var channel = http.CreateChannel(new Uri(endpoint.Url!), credential, log is null ? null : (log, name));
        var era = endpoint.Era ?? known;
        var verdict = era == ProtocolEra.Legacy
            // HTTP+SSE is legacy too: that the era is known does not tell which of the two this URL is.
            ? EraVerdict.Legacy(ProtocolRevision.NewestLegacy, mayBeSse: true)
            : await ProbeAsync(channel, cancellationToken).ConfigureAwait(false);
        if (verdict.Fault is not null)
        {
            return (verdict.Fault, false);
        }

        if (verdict.Modern is not null)
        {
            return (new ModernHttpConnection(channel, verdict.Modern, time), false);
        }

        if (endpoint.Era == ProtocolEra.Modern)
        {
            return (new UpstreamFault(Discovery.FaultReasons.ProtocolError, "The server does not speak the modern era that its registration demands."), false);
        }

        var opened = await LegacyHttpConnection.OpenAsync(channel, time, profile, verdict.LegacyRevision!, cancellationToken).ConfigureAwait(false);
        return (opened, verdict.MayBeSse && opened.Fault?.HttpStatus is 400 or 404 or 405);
    }

    private ValueTask<EraVerdict> ProbeAsync(HttpChannel channel, CancellationToken cancellationToken)
    {
        var connection = new ModernHttpConnection(channel, Unknown, time);
        return EraVerdict.AskAsync(() => connection.SendAsync(Discover, null, cancellationToken));
    }
}
