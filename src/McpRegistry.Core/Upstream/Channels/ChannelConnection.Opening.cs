using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using ModelContextProtocol.Protocol;

namespace McpRegistry.Upstream.Channels;

/// <content>The handshake.</content>
internal sealed partial class ChannelConnection
{
    /// <summary>Finds the era and opens the connection on an established transport, which it owns from here on.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="profile">What a legacy server is told of its client.</param>
    /// <param name="era">The era if it is known; null probes with <c>server/discover</c> first.</param>
    /// <param name="probeTimeout">How long silence on the probe is waited for.</param>
    /// <param name="maxMessageBytes">The largest message.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    public static async ValueTask<ConnectResult> OpenAsync(
        ITransport transport, ClientProfile profile, ProtocolEra? era, TimeSpan probeTimeout, int maxMessageBytes, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = new ChannelConnection(transport, profile, maxMessageBytes, time);
        UpstreamFault? fault;
        try
        {
            fault = await connection.ShakeHandsAsync(profile, era, probeTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // A process must not outlive the attempt, however that ended.
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (fault is null)
        {
            return connection;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return fault;
    }

    private async ValueTask<UpstreamFault?> ShakeHandsAsync(
        ClientProfile profile, ProtocolEra? era, TimeSpan probeTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var verdict = era == ProtocolEra.Legacy
            ? EraVerdict.Legacy(ProtocolRevision.NewestLegacy)
            : await ProbeAsync(probeTimeout, time, cancellationToken).ConfigureAwait(false);
        if (verdict.Modern is not null)
        {
            Handshake = verdict.Modern with { ReadAt = time.GetTimestamp() };
            return null;
        }

        return verdict.Fault ?? await InitializeAsync(verdict.LegacyRevision!, profile, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<EraVerdict> ProbeAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await EraVerdict.AskAsync(() => SendCoreAsync(new OwnRequest { Method = McpMethod.Discover }, null, either.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A legacy server may ignore what comes before initialize.
            return EraVerdict.Legacy(ProtocolRevision.NewestLegacy);
        }
    }

    private async ValueTask<UpstreamFault?> InitializeAsync(string revision, ClientProfile profile, CancellationToken cancellationToken)
    {
        Handshake = new UpstreamHandshake { Era = ProtocolEra.Legacy, Revision = revision };
        var reply = await SendCoreAsync(LegacyMessages.Initialize(revision, profile), null, cancellationToken).ConfigureAwait(false);
        if (!reply.Answered)
        {
            return reply.Fault;
        }

        var message = reply.Message;
        var handshake = message.IsError ? null : UpstreamHandshake.FromInitialize(message.Result.Of(message.Json));
        if (handshake is null)
        {
            return new UpstreamFault(FaultReasons.ProtocolError, message.IsError
                ? $"The server refuses to initialize: {ErrorText.Trim(message.ErrorMessage)}"
                : "The server's answer to initialize is not one.");
        }

        Handshake = handshake;
        var fault = await WriteAsync(LegacyMessages.Initialized, cancellationToken).ConfigureAwait(false);
        return fault?.Fault;
    }
}
