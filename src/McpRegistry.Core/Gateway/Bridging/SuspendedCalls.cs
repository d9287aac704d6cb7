using System.Collections.Concurrent;
using System.Security.Cryptography;
using McpRegistry.Discovery;
using McpRegistry.Gateway.Active;
using McpRegistry.Protocol;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway.Bridging;

/// <summary>
/// The calls of modern clients that wait at the gateway while their client answers a question of a legacy server. They are
/// bounded in number and time, and do not outlive the process.
/// </summary>
internal sealed class SuspendedCalls(IOptions<GatewayOptions> options, IStateSealer sealer, ActiveCalls active, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long to wait for further questions after one; servers often ask several at once.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(60);

    private readonly Guid _instance = new(RandomNumberGenerator.GetBytes(16));
    private readonly ConcurrentDictionary<Guid, Suspended> _calls = new();
    private readonly Lock _lock = new();

    public int Count => _calls.Count;

    /// <summary>Makes a call during which the server may ask.</summary>
    /// <param name="call">The request.</param>
    /// <param name="server">The server.</param>
    /// <param name="lease">The session, which belongs to the call from here on.</param>
    /// <param name="request">What is sent.</param>
    /// <param name="begun">What could end the call until now; it is in the list of those that are under way.</param>
    /// <param name="cancellationToken">The client's; ends the call.</param>
    public ValueTask<BridgedOutcome> StartAsync(
        GatewayCall call, RegisteredServer server, ConnectionLease lease, RelayedRequest request, ActiveCall begun, CancellationToken cancellationToken) =>
        FollowAsync(call, server, new SuspendableCall(call, server, lease, request, begun, active, options.Value, time), null, cancellationToken);

    /// <summary>Tells whether a retry is about a call that was suspended here, whatever era its server speaks by now.</summary>
    public bool Began(GatewayCall call) =>
        RequestState.Open(sealer, call.Message.Text(call.Message.RequestState), out _) is { IsSuspended: true } state && state.Instance == _instance;

    /// <summary>Goes on with a call that a client was asked about.</summary>
    public async ValueTask<BridgedOutcome> ResumeAsync(GatewayCall call, RegisteredServer server, CancellationToken cancellationToken)
    {
        var state = RequestState.Open(sealer, call.Message.Text(call.Message.RequestState), out var fault);
        if (state is null || !state.IsOf(CallDigest.OfPrincipal(call.Caller.PrincipalId)))
        {
            return Refuse(call, fault == SealFault.Expired ? StateErrors.Expired : StateErrors.Invalid);
        }

        if (!state.IsFor(CallDigest.Of(call, server.Id)))
        {
            return Refuse(call, StateErrors.Mismatch);
        }

        if (!state.IsSuspended)
        {
            return BridgedOutcome.SendAgain;
        }

        if (state.Instance != _instance || !_calls.TryGetValue(state.Handle, out var suspended))
        {
            return Refuse(call, StateErrors.Expired);
        }

        var responses = call.Message.InputResponses.Of(call.Message.Body);
        if (suspended.Call.Resume(call, state.Round, responses) is { } refusal)
        {
            return Refuse(call, refusal);
        }

        // It stays known until it ends: the same retry once more must not be taken for one that comes too late.
        _calls.TryUpdate(state.Handle, suspended with { IsWaiting = false }, suspended);
        await suspended.Expiry.DisposeAsync().ConfigureAwait(false);
        return await FollowAsync(call, server, suspended.Call, responses, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Turns the error with which a server of 2025-11-25 demands URL elicitations into questions; the call itself has ended, so
    /// the client's retry makes it anew. Null when the client cannot be asked that.
    /// </summary>
    public GatewayAnswer? AskForUrls(GatewayCall call, RegisteredServer server, UpstreamMessage error)
    {
        var data = JsonMembers.Find(error.Raw(error.Error), "data"u8).Of(error.Raw(error.Error)).ToArray();
        var requests = JsonElements.Of(data, JsonMembers.Find(data, "elicitations"u8))
            .Select((slice, index) => new InputRequest($"r{index + 1}", McpMethod.Elicitation, QuestionRewriter.ForModern(McpMethod.Elicitation, slice.Of(data.AsSpan()))))
            .ToArray();
        if (requests.Length == 0 || !requests.All(request => call.Profile.Answers(request.Method, request.Params.Span)))
        {
            return null;
        }

        return new GatewayAnswer(InputRequired.Write(call.Id, requests, Seal(call, server, Guid.Empty, 0)));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_calls.Values.Select(kept => GiveUpAsync(kept.Call, kept.Call.Round).AsTask())).ConfigureAwait(false);
    }

    private async ValueTask<BridgedOutcome> FollowAsync(
        GatewayCall call, RegisteredServer server, SuspendableCall suspendable, ReadOnlyMemory<byte>? responses, CancellationToken cancellationToken)
    {
        UpstreamReply? reply;
        try
        {
            if (responses is { } given)
            {
                await suspendable.AnswerAsync(given, cancellationToken).ConfigureAwait(false);
            }

            reply = await suspendable.WaitAsync(token => Task.Delay(Settle, time, token), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The client hung up, which cancels the call.
            await EndAsync(suspendable).ConfigureAwait(false);
            throw;
        }

        if (reply is not { } answered)
        {
            return await AskAsync(call, server, suspendable).ConfigureAwait(false);
        }

        await EndAsync(suspendable).ConfigureAwait(false);
        return answered;
    }

    private async ValueTask<BridgedOutcome> AskAsync(GatewayCall call, RegisteredServer server, SuspendableCall suspendable)
    {
        var requests = suspendable.Suspend();
        var answer = new GatewayAnswer(InputRequired.Write(call.Id, requests, Seal(call, server, suspendable.Handle, suspendable.Round)));
        if (TryKeep(suspendable))
        {
            return answer;
        }

        if (suspendable.Finished is { } finished)
        {
            // What it has to say is worth more than what its server would like to know.
            var reply = await finished.ConfigureAwait(false);
            await EndAsync(suspendable).ConfigureAwait(false);
            return reply;
        }

        _ = EndAsync(suspendable).AsTask();
        return AnswerWriter.Error(call.Id, new GatewayError(
            ErrorCodes.InternalError, $"Server '{server.Alias}' asks a question, and too many calls wait for an answer already; try again later.", FaultReasons.Busy)
        {
            Upstream = server.Alias,
            Retryable = RepeatableCalls.Includes(call.Message.Method, call.Target, call.TargetName),
        });
    }

    private bool TryKeep(SuspendableCall suspendable)
    {
        var limits = options.Value;
        lock (_lock)
        {
            SuspendableCall[] waiting = [.. _calls.Values.Where(static kept => kept.IsWaiting).Select(static kept => kept.Call)];
            if (waiting.Length >= limits.MaxSuspendedCalls
                || waiting.Count(other => other.Principal == suspendable.Principal) >= limits.MaxSuspendedCallsPerCaller
                || waiting.Count(other => other.Server.Id == suspendable.Server.Id) >= limits.MaxSuspendedCallsPerServer)
            {
                return false;
            }

            var round = suspendable.Round;
            var expiry = time.CreateTimer(
                state => _ = GiveUpAsync((SuspendableCall)state!, round).AsTask(), suspendable, limits.QuestionTimeout, Timeout.InfiniteTimeSpan);
            _calls[suspendable.Handle] = new Suspended(suspendable, expiry, IsWaiting: true);
            return true;
        }
    }

    /// <summary>Ends a call whose client did not come back.</summary>
    private ValueTask GiveUpAsync(SuspendableCall suspendable, int round) => suspendable.TryGiveUp(round) ? EndAsync(suspendable) : ValueTask.CompletedTask;

    private async ValueTask EndAsync(SuspendableCall suspendable)
    {
        if (_calls.TryRemove(suspendable.Handle, out var kept))
        {
            await kept.Expiry.DisposeAsync().ConfigureAwait(false);
        }

        await suspendable.DisposeAsync().ConfigureAwait(false);
    }

    private string Seal(GatewayCall call, RegisteredServer server, Guid handle, int round) =>
        new RequestState(_instance, handle, round, CallDigest.OfPrincipal(call.Caller.PrincipalId), CallDigest.Of(call, server.Id))
            .Seal(sealer, options.Value.QuestionTimeout);

    private static GatewayAnswer Refuse(GatewayCall call, GatewayError error) => AnswerWriter.Error(call.Id, error);

    /// <summary>A call whose client was asked something.</summary>
    /// <param name="Call">The call.</param>
    /// <param name="Expiry">Ends it when the client does not come back.</param>
    /// <param name="IsWaiting">Whether the client is away; else its answers are being worked on.</param>
    private sealed record Suspended(SuspendableCall Call, ITimer Expiry, bool IsWaiting);
}
