using McpRegistry.Gateway;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.Watching;

/// <summary>Serves <c>subscriptions/listen</c>: checks, opens the stream and answers at its end (protocol.md 2.8).</summary>
internal sealed class ListenService(
    WatchContext context, StreamQuota quota, CallerStreams streams, GatewayTasks tasks, IHostApplicationLifetime lifetime)
{
    public async ValueTask<GatewayAnswer> RunAsync(GatewayCall call, TenantView view, ServerEntry? single, CancellationToken cancellationToken)
    {
        var filter = ListenFilter.Read(call.Message.Raw(call.Message.Params));
        if (Fault(call, filter) is { } error)
        {
            return AnswerWriter.Error(call.Id, error);
        }

        using var place = quota.TryEnter(call.Caller.PrincipalId);
        if (place is null)
        {
            return AnswerWriter.Error(call.Id, new GatewayError(
                ErrorCodes.InternalError, "Too many subscriptions are open; close one or use one for several things.", "too_many_streams")
            {
                HttpStatus = 429,
                Retryable = true,
            });
        }

        var stream = new ListenStream(context, call.Caller, single?.Server.Alias, call.Id.ToArray());
        await using (stream.ConfigureAwait(false))
        {
            var owner = new WatchOwner(call.Caller.PrincipalId, call.Profile, null, CancellationToken.None);
            using var standing = await streams.OpenAsync(call.Caller, cancellationToken).ConfigureAwait(false);
            if (standing is null)
            {
                return AnswerWriter.Error(call.Id, CallerStreams.Unavailable);
            }

            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping, standing.Ended);
            try
            {
                await stream.OpenAsync(filter!, owner, view, single, Tasks(call, filter!, view, single), ending.Token).ConfigureAwait(false);
                await stream.PumpAsync(call.Stream, ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // The client is told that this is no accident.
            }
        }

        return WatchNotifications.Completed(call.Id);
    }

    private TaskSubscription[] Tasks(GatewayCall call, ListenFilter filter, TenantView view, ServerEntry? single) =>
        [.. tasks.Subscribe(call, filter.TaskIds, view, single).Where(task => context.Access.Lists(call.Caller, task.Server.Server, McpMethod.TasksGet))];

    private GatewayError? Fault(GatewayCall call, ListenFilter? filter)
    {
        if (!call.Stream.IsOpen)
        {
            return new GatewayError(ErrorCodes.InvalidRequest, "A subscription is an event stream; accept text/event-stream.", "accept") { HttpStatus = 406 };
        }

        return filter switch
        {
            null => GatewayError.InvalidParams("The params need an object 'notifications' with booleans, and lists of texts as 'resourceSubscriptions' and 'taskIds'."),
            _ when filter.TaskIds.Count > 0 && tasks.Check(call) is { } undeclared => undeclared,
            _ when filter.Uris.Count + filter.TaskIds.Count > context.Options.MaxUrisPerSubscription => TooMany(context.Options.MaxUrisPerSubscription),
            _ => null,
        };
    }

    public static GatewayError TooMany(int limit) => new(
        ErrorCodes.InvalidParams, $"One subscription may have {limit} resources and tasks; use several.", "too_many_resources");
}
