using System.Collections.Concurrent;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.Routing;

/// <summary>Sends copies of calls that have their answer already, a few at a time, and drops what comes back.</summary>
internal sealed class RouteMirrors(IOptions<RoutingOptions> options, RegistrySnapshots snapshots, RoutingInstruments instruments, ILogger<RouteMirrors> log, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The outcome of a copy that is not sent, as its server gets nothing new. It says nothing of how the server does.</summary>
    private const string TakenOut = "taken_out";

    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly ConcurrentDictionary<Guid, byte> _failing = new();
    private readonly CancellationTokenSource _stop = new();
    private int _count;

    /// <summary>Sends the copy of a call, or none when too many are under way. Returns at once, whatever happens.</summary>
    /// <param name="call">The call, whose message is at hand.</param>
    /// <param name="target">Where to.</param>
    /// <param name="endpoint">The endpoint there; null leaves that to the server.</param>
    public void Send(GatewayCall call, RouteTarget target, Guid? endpoint)
    {
        var alias = target.Server!.Server.Alias;
        if (Interlocked.Increment(ref _count) > options.Value.MaxConcurrentMirrors || _stop.IsCancellationRequested)
        {
            Interlocked.Decrement(ref _count);
            instruments.Mirrored(alias, "dropped");
            return;
        }

        var copy = call.Detach();
        var running = Task.Run(() => RunAsync(copy, target, endpoint), CancellationToken.None);
        _running[running] = 0;
        _ = running.ContinueWith(
            static (task, all) => ((ConcurrentDictionary<Task, byte>)all!).TryRemove(task, out _), _running, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(GatewayCall call, RouteTarget target, Guid? endpoint)
    {
        var server = target.Server!.Server;
        string outcome;
        try
        {
            using var limit = new CancellationTokenSource(options.Value.MirrorTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            outcome = await SendAsync(call, target, endpoint, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            outcome = _stop.IsCancellationRequested ? "stopped" : "timeout";
        }
        catch (Exception exception)
        {
            // Nobody waits for a copy, so this is its boundary.
            outcome = exception.GetType().Name;
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }

        instruments.Mirrored(server.Alias, outcome);
        log.Mirrored(McpMethods.Name(call.Message.Method), server.Alias, outcome);
        if (outcome is "answered" or "error")
        {
            if (_failing.TryRemove(server.Id, out _))
            {
                log.MirrorWorks(server.Alias);
            }
        }
        else if (outcome is not (TakenOut or "stopped") && _failing.TryAdd(server.Id, 0))
        {
            log.MirrorFails(server.Alias, outcome);
        }
    }

    private async Task<string> SendAsync(GatewayCall call, RouteTarget target, Guid? endpoint, CancellationToken cancellationToken)
    {
        // The call has taken its time, and opening a connection takes some too.
        if (CurrentTarget.TakesNothingNew(snapshots, target.Server!))
        {
            return TakenOut;
        }

        var owner = new MirrorOwner($"mirror:{call.Caller.PrincipalId}", endpoint);
        var granted = await target.Server!.Connections.AcquireAsync(owner, cancellationToken).ConfigureAwait(false);
        using var lease = granted.Lease;
        if (CurrentTarget.TakesNothingNew(snapshots, target.Server))
        {
            return TakenOut;
        }

        if (lease is null)
        {
            return granted.Fault!.Reason;
        }

        var request = new MirroredRequest
        {
            Call = call,
            Method = call.Message.Method,
            RoutingName = target.RoutingName,
            UpstreamName = target.UpstreamName,
            Parameters = target.Parameters,
        };
        lease.Sending();
        var reply = await lease.Connection.SendAsync(request, owner, cancellationToken).ConfigureAwait(false);
        lease.Answered(reply);
        return !reply.Answered ? reply.Fault.Reason : reply.Message.IsError ? "error" : "answered";
    }
}
