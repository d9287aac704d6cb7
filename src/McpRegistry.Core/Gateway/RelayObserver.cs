using System.Buffers;
using System.Buffers.Text;
using McpRegistry.Gateway.Bridging;
using McpRegistry.Gateway.Hedging;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Upstream;

namespace McpRegistry.Gateway;

/// <summary>Passes what a server says during one call on to its client: progress, log messages, questions.</summary>
/// <param name="call">The call.</param>
/// <param name="deadline">The time it has.</param>
/// <param name="attempt">The only attempt that is listened to, where there are several at once; the client hears of it only if it wins.</param>
internal sealed class RelayObserver(GatewayCall call, CallDeadline deadline, HedgedAttempt? attempt = null) : IUpstreamObserver, IDisposable
{
    private QuestionForwarder? _questions;
    private bool _hasAsked;
    private double _highest = double.NegativeInfinity;
    private double _floor = double.NegativeInfinity;

    public bool MayBeMeant => McpMethods.MayAsk(call.Message.Method);

    /// <summary>Gets a value that tells whether the server asked the client something.</summary>
    public bool HasAsked => _hasAsked || _questions is not null;

    /// <summary>Gets a value that tells whether another attempt at the same call has won.</summary>
    public bool HasLost => attempt?.HasLost == true;

    /// <summary>Decides that the client hears of this attempt and of no other one that is under way.</summary>
    /// <returns>False when it hears of another one.</returns>
    public bool TryWin() => attempt is null || attempt.TryWin();

    /// <summary>Begins the time that one endpoint has.</summary>
    /// <param name="isOnly">Whether nobody else could be asked, so that it has all of the call's.</param>
    public CancellationToken BeginAttempt(bool isOnly) => attempt is null ? deadline.BeginAttempt(isOnly) : attempt.Begin(isOnly);

    /// <summary>Listens to one of several attempts.</summary>
    public RelayObserver Branch(HedgedAttempt one) => new(call, deadline, one) { _highest = _highest, _floor = _floor };

    /// <summary>Takes over what the client has heard of an attempt.</summary>
    public void Merge(RelayObserver one) => (_highest, _hasAsked) = (Math.Max(_highest, one._highest), HasAsked || one.HasAsked);

    public bool TryAsk(UpstreamQuestion question)
    {
        if (call.Era != ProtocolEra.Legacy || !TryWin())
        {
            // A modern client cannot be asked on the stream of its request; calls that may ask are suspended instead.
            return false;
        }

        LazyInitializer.EnsureInitialized(ref _questions, () => new QuestionForwarder(call, deadline));
        return _questions.TryForward(question);
    }

    /// <summary>
    /// Says that the request is sent once more, under another token. The server counts anew, but for the client it is one request,
    /// whose progress must increase (protocol.md 2.8).
    /// </summary>
    public void BeginRound() => _floor = _highest;

    /// <summary>Takes back what the client is still being asked: the call has ended without it.</summary>
    public void Dispose() => _questions?.Dispose();

    public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        switch (notification.Method)
        {
            case McpMethod.Progress:
                deadline.Extend();
                return call.Message.ProgressToken.IsMissing || !TryWin() || !IsFurther(notification) ? ValueTask.CompletedTask : SendProgressAsync(notification, cancellationToken);
            case McpMethod.LogMessage:
                var level = LogLevels.Parse(JsonMembers.FindText(notification.Raw(notification.Params), "level"u8));
                return level is { } known && call.Wants(known) && TryWin() ? SendAsync(notification.Json, cancellationToken) : ValueTask.CompletedTask;
            case McpMethod.Cancelled:
                _questions?.Withdraw(notification);
                return ValueTask.CompletedTask;
            case McpMethod.ElicitationComplete when call.Session?.Revision == ProtocolRevision.NewestLegacy && TryWin():
                return SendAsync(notification.Json, cancellationToken);
            default:
                // Anything else has no meaning on the stream of a call in this version.
                return ValueTask.CompletedTask;
        }
    }

    /// <summary>Tells whether progress goes beyond what earlier rounds told; within one it is as its server says.</summary>
    private bool IsFurther(UpstreamMessage notification)
    {
        var parameters = notification.Raw(notification.Params);
        var value = JsonMembers.Find(parameters, "progress"u8);
        if (!Utf8Parser.TryParse(value.Of(parameters), out double progress, out var consumed) || consumed != value.Length)
        {
            return true;
        }

        _highest = Math.Max(_highest, progress);
        return progress > _floor;
    }

    private ValueTask SendProgressAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>(notification.Json.Length + 32);
        return NotificationRewriter.TryWriteProgress(output, notification, call.Message.Raw(call.Message.ProgressToken))
            ? SendAsync(output.WrittenMemory, cancellationToken)
            : ValueTask.CompletedTask;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> notification, CancellationToken cancellationToken)
    {
        try
        {
            await call.Stream.SendAsync(notification, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The client is gone. Let through, it would be taken for a failure of the server that is being read.
        }
    }
}
