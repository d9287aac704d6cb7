using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Telemetry;

namespace McpRegistry.Upstream.Channels;

/// <content>Whether the server still works: a process that hangs holds its channel open.</content>
internal sealed partial class ChannelConnection
{
    /// <summary>How long a server that let a call time out may take to say anything when it is asked whether it is there.</summary>
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    private static readonly OwnRequest Ping = new() { Method = McpMethod.Ping };

    private static readonly OwnRequest Discover = new() { Method = McpMethod.Discover };

    private static readonly UpstreamFault Hung = new(FaultReasons.SessionLost, "The server does not answer any more; its connection was closed.", MayHaveRun: true);

    private static readonly UpstreamFault Forgotten = new(FaultReasons.SessionLost, "The server does not know the session any more; its connection was closed.");

    /// <summary>One that has said anything since the call was sent is only slow with that call, and one that has asked may wait for the answer.</summary>
    public override void NoteTimeout()
    {
        if (_isSilent && !HasEnded && Volatile.Read(ref _questions) == 0 && Interlocked.Exchange(ref _isAsking, 1) == 0)
        {
            _ = Detached.Run(AskWhetherItIsThereAsync);
        }
    }

    /// <summary>
    /// Tells whether a status means that an HTTP+SSE server does not know the session any more, whose stream may be open all the
    /// same. The message itself may be meant as well, so that another one tells; its answer is nobody's.
    /// </summary>
    private async ValueTask<bool> HasForgottenAsync(CancellationToken cancellationToken)
    {
        var ping = Ping.Write(Interlocked.Increment(ref _lastId), Handshake);
        return await WriteAsync(ping, cancellationToken).ConfigureAwait(false) is { Fault.HttpStatus: 400 or 404 };
    }

    /// <summary>Asks once, and ends the connection, and with it the process, when nothing at all comes (2025-11-25, ping).</summary>
    private async Task AskWhetherItIsThereAsync()
    {
        var heard = Volatile.Read(ref _heard);
        using var timeout = new CancellationTokenSource(PingTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing);
        try
        {
            // The stateless era has no ping; what every server of it answers is discovery.
            await SendCoreAsync(Handshake.Era == ProtocolEra.Legacy ? Ping : Discover, null, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested && heard == Volatile.Read(ref _heard))
        {
            // At once, and not when the owner finds out: those who wait would wait for nothing.
            End(Hung);
            await DisposeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It has said something else, or is being closed.
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }
}
