using System.Collections.Concurrent;
using System.Security.Cryptography;
using McpRegistry.Discovery;
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
internal sealed class SuspendedCalls(IOptions<GatewayOptions> options, IStateSealer sealer, TimeProvider time) : IAsyncDisposable
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
    /// <param name="cancellationToken">The client's; ends the call.</param>
    public ValueTask<BridgedOutcome> StartAsync(
        GatewayCall call, RegisteredServer server, ConnectionLease lease, RelayedRequest request, CancellationToken cancellationToken) =>
        FollowAsync(call, server, new SuspendableCall(call, server.Alias, lease, request, options.Value, time), null, cancellationToken);

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

        if (!suspended.Call.TryResume(call, state.Round))
        {
            return Refuse(call, StateErrors.Used);
        }

        if (!_calls.TryRemove(state.Handle, out _))
        {
            // Its time ran out in this moment.
            return Refuse(call, StateErrors.Expired);
        }

        await suspended.Expiry.DisposeAsync().ConfigureAwait(false);
        return await FollowAsync(call, server, suspended.Call, call.Message.InputResponses, cancellationToken).ConfigureAwait(false);
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
        await Task.WhenAll(_calls.Keys.Select(handle => EndAsync(handle).AsTask())).ConfigureAwait(false);
    }

    private async ValueTask<BridgedOutcome> FollowAsync(
        GatewayCall call, RegisteredServer server, SuspendableCall suspendable, Slice? responses, CancellationToken cancellationToken)
    {
        UpstreamReply? reply;
        try
        {
            if (responses is { } given)
            {
                await suspendable.AnswerAsync(given.Of(call.Message.Body), cancellationToken).ConfigureAwait(false);
            }

            reply = await suspendable.WaitAsync(token => Task.Delay(Settle, time, token), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The client hung up, which cancels the call.
            await suspendable.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (reply is not { } answered)
        {
            return Ask(call, server, suspendable);
        }

        await suspendable.DisposeAsync().ConfigureAwait(false);
        return answered;
    }

    private GatewayAnswer Ask(GatewayCall call, RegisteredServer server, SuspendableCall suspendable)
    {
        var requests = suspendable.Suspend();
        var answer = new GatewayAnswer(InputRequired.Write(call.Id, requests, Seal(call, server, suspendable.Handle, suspendable.Round)));
        if (TryKeep(suspendable))
        {
            return answer;
        }

        _ = suspendable.DisposeAsync().AsTask();
        return AnswerWriter.Error(call.Id, new GatewayError(
            ErrorCodes.InternalError, $"Server '{server.Alias}' asks a question, and too many calls wait for an answer already; try again later.", FaultReasons.Busy)
        {
            Upstream = server.Alias,
            Retryable = true,
        });
    }

    private bool TryKeep(SuspendableCall suspendable)
    {
        var limits = options.Value;
        lock (_lock)
        {
            if (_calls.Count >= limits.MaxSuspendedCalls
                || _calls.Values.Count(other => other.Call.Principal == suspendable.Principal) >= limits.MaxSuspendedCallsPerCaller
                || _calls.Values.Count(other => other.Call.Alias == suspendable.Alias) >= limits.MaxSuspendedCallsPerServer)
            {
                return false;
            }

            var expiry = time.CreateTimer(
                state => _ = EndAsync((Guid)state!).AsTask(), suspendable.Handle, limits.QuestionTimeout, Timeout.InfiniteTimeSpan);
            _calls[suspendable.Handle] = new Suspended(suspendable, expiry);
            return true;
        }
    }

    /// <summary>Ends a call whose client did not come back.</summary>
    private async ValueTask EndAsync(Guid handle)
    {
        if (_calls.TryGetValue(handle, out var suspended) && suspended.Call.IsSuspended && _calls.TryRemove(handle, out _))
        {
            await suspended.Expiry.DisposeAsync().ConfigureAwait(false);
            await suspended.Call.DisposeAsync().ConfigureAwait(false);
        }
    }

    private string Seal(GatewayCall call, RegisteredServer server, Guid handle, int round) =>
        new RequestState(_instance, handle, round, CallDigest.OfPrincipal(call.Caller.PrincipalId), CallDigest.Of(call, server.Id))
            .Seal(sealer, options.Value.QuestionTimeout);

    private static GatewayAnswer Refuse(GatewayCall call, GatewayError error) => AnswerWriter.Error(call.Id, error);

    private sealed record Suspended(SuspendableCall Call, ITimer Expiry);
}
