using McpRegistry.Gateway.Tasks;
using McpRegistry.Protocol;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>
/// Listens to tasks on one connection until the stream ends. Where the client had been promised to hear of them before, it is told
/// how they are now: the last state of a task is announced once, and may have been missed.
/// </summary>
/// <param name="tasks">The tasks.</param>
/// <param name="connection">The server.</param>
/// <param name="accept">Takes the client's ids of what the server will tell of; true when the client counts on them already.</param>
/// <param name="changed">Takes the params of each notification, with the client's id of the task. Returns at once.</param>
/// <param name="time">The clock.</param>
internal sealed class TaskRound(
    TaskSubscription tasks, UpstreamConnection connection, Func<IReadOnlyList<string>, bool> accept, Action<ReadOnlyMemory<byte>> changed, TimeProvider time)
    : IUpstreamObserver
{
    /// <summary>How long a server may take to say how a task is.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<string[]> _doubtful = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Listens; returns how it ended.</summary>
    public async Task<UpstreamReply> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = AskAsync(ending.Token);
        try
        {
            return await connection.SendAsync(OwnRequest.ListenForTasks(tasks.UpstreamIds), this, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        if (notification.Method == McpMethod.SubscriptionAcknowledged)
        {
            var accepted = ReadAccepted(notification);
            var isLate = accept([.. accepted.Select(id => tasks.ClientId(id)!)]);
            _doubtful.TrySetResult(isLate ? accepted : []);
        }
        else if (notification.Method == McpMethod.TaskChanged)
        {
            Tell(notification.Raw(notification.Params), isAnnounced: true);
        }

        return ValueTask.CompletedTask;
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await _doubtful.Task.WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                var reply = await connection.SendAsync(OwnRequest.ForTask(id), null, either.Token).ConfigureAwait(false);
                if (reply is { Answered: true, Message.IsError: false })
                {
                    Tell(TaskState.Of(reply.Message.Raw(reply.Message.Result)), isAnnounced: false);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // What it says of the others may still come in time.
            }
        }
    }

    private void Tell(ReadOnlySpan<byte> state, bool isAnnounced)
    {
        if (TaskIdRewriter.Read(state) is not { } id || tasks.Translate(state) is not { } parameters)
        {
            return;
        }

        lock (_lock)
        {
            // What was announced meanwhile may be newer than the answer.
            if (_told.Add(id) || isAnnounced)
            {
                changed(parameters);
            }
        }
    }

    private string[] ReadAccepted(UpstreamMessage acknowledgement)
    {
        var parameters = acknowledgement.Raw(acknowledgement.Params);
        var filter = JsonMembers.Find(parameters, "notifications"u8).Of(parameters);
        return [.. JsonElements.Texts(JsonMembers.Find(filter, "taskIds"u8).Of(filter)).Where(id => tasks.ClientId(id) is not null)];
    }
}
