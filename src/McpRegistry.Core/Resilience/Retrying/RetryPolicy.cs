using System.Security.Cryptography;
using McpRegistry.Balancing;
using McpRegistry.Discovery;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>Decides whether a call that failed is sent once more, and when. One that may have run is not, unless that does no harm.</summary>
internal sealed class RetryPolicy(IOptions<RetryOptions> options, CallPolicies policies)
{
    private readonly RetryOptions _options = options.Value;

    /// <summary>Replicas that start together must not repeat together.</summary>
    private readonly PseudoRandom _jitter = new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));

    /// <summary>Decides about a call.</summary>
    /// <param name="call">The call; it avoids the endpoints that have failed already.</param>
    /// <param name="connections">The server.</param>
    /// <param name="fault">Why it failed.</param>
    /// <param name="attempt">How often it was sent.</param>
    /// <param name="left">How much time it has: one that could only wait for its end is told at once.</param>
    /// <returns>How long to wait before it is sent again; null when it is not.</returns>
    public TimeSpan? Decide(GatewayCall call, IServerConnections connections, UpstreamFault fault, int attempt, TimeSpan left)
    {
        // What one transport cannot carry, that of another endpoint may; the same one never will.
        var isNotCarried = fault.Reason == FaultReasons.NotCarried;
        if (attempt >= _options.MaxAttempts || fault.EndsSession || !(fault.MayPass || isNotCarried) || fault.Reason is FaultReasons.CircuitOpen or FaultReasons.Pending || IsPartOfMore(call.Message)
            || (fault.MayHaveRun && !policies.MayRepeat(call)))
        {
            return null;
        }

        var canMove = connections.HasOther(call);
        if (!canMove && (isNotCarried || fault.RetryAfter > _options.MaxRetryAfter))
        {
            return null;
        }

        var wait = canMove && attempt == 1 ? TimeSpan.Zero : _jitter.Next() * Least(_options.Delay * Math.Pow(2, attempt - 1), _options.MaxDelay);
        wait = !canMove && fault.RetryAfter > wait ? fault.RetryAfter.Value : wait;
        return wait < left && connections.Retries?.TryTake() == true ? wait : null;
    }

    /// <summary>Decides whether a call is sent to another endpoint while it may still run, and takes that from what the server may have.</summary>
    /// <param name="call">The call; it avoids the endpoints that have it already.</param>
    /// <param name="connections">The server.</param>
    /// <param name="sent">How often it was sent.</param>
    public bool MayRace(GatewayCall call, IServerConnections connections, int sent) =>
        sent < _options.MaxAttempts && MayRace(call) && connections.HasOther(call) && connections.Retries?.TryTake() == true;

    /// <summary>Tells whether a call may be under way at several endpoints at all.</summary>
    public bool MayRace(GatewayCall call) => policies.MayRepeat(call);

    /// <summary>What goes on with something that was begun, and pages of lists, belong to where that is.</summary>
    public static bool IsPartOfMore(ClientMessage message) =>
        McpMethods.IsTask(message.Method) || !message.RequestState.IsMissing || !message.InputResponses.IsMissing || !message.Cursor.IsMissing;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
