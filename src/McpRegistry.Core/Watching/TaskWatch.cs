using McpRegistry.Gateway.Tasks;
using McpRegistry.Protocol;
using McpRegistry.Tenancy;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>
/// Listens to the tasks of one server for one subscription of a client. Each notification carries the whole state of its
/// task, so after a gap the next one tells all that there is to know.
/// </summary>
internal sealed class TaskWatch : IUpstreamObserver, IAsyncDisposable
{
    private readonly WatchContext _context;
    private readonly TenantId _tenant;
    private readonly TaskSubscription _tasks;
    private readonly WatchOwner _owner;
    private readonly Action<ReadOnlyMemory<byte>> _changed;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private volatile IReadOnlyList<string> _accepted;

    /// <summary>Begins to listen.</summary>
    /// <param name="context">What all watches share.</param>
    /// <param name="tenant">The client's tenant.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="owner">The client.</param>
    /// <param name="changed">Takes the params of each notification, with the client's id of the task. Returns at once.</param>
    public TaskWatch(WatchContext context, TenantId tenant, TaskSubscription tasks, WatchOwner owner, Action<ReadOnlyMemory<byte>> changed)
    {
        _context = context;
        _tenant = tenant;
        _tasks = tasks;
        _owner = owner;
        _changed = changed;
        _accepted = [.. tasks.UpstreamIds.Select(id => tasks.ClientId(id)!)];
        _running = Task.Run(RunAsync);
    }

    /// <summary>Gets a task that ends when the server has accepted or refused.</summary>
    public Task First => _first.Task;

    /// <summary>Gets the client's ids of the tasks that will be told of.</summary>
    public IReadOnlyList<string> Accepted => _accepted;

    public ValueTask NotifiedAsync(UpstreamMessage notification, CancellationToken cancellationToken)
    {
        if (notification.Method == McpMethod.SubscriptionAcknowledged)
        {
            _accepted = ReadAccepted(notification);
            _first.TrySetResult();
        }
        else if (notification.Method == McpMethod.TaskChanged && _tasks.Translate(notification.Raw(notification.Params)) is { } parameters)
        {
            _changed(parameters);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            for (var failures = 1; await ListenAsync().ConfigureAwait(false) is { } began; failures = _context.IsLong(began) ? 1 : failures + 1)
            {
                await Task.Delay(_context.PauseAfter(failures), _context.Time, _stopping.Token).ConfigureAwait(false);
            }

            _accepted = [];
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }

        _first.TrySetResult();
    }

    /// <summary>Listens until the stream ends; null when it makes no sense to try again.</summary>
    private async Task<long?> ListenAsync()
    {
        var began = _context.Time.GetTimestamp();
        if (_context.Find(_tenant, _tasks.Server.Server.Alias) is not { } server)
        {
            return null;
        }

        var granted = await server.Connections.AcquireAsync(_owner, _stopping.Token).ConfigureAwait(false);
        if (!granted.Granted)
        {
            return began;
        }

        using var lease = granted.Lease;
        var reply = await lease.Connection.SendAsync(OwnRequest.ListenForTasks(_tasks.UpstreamIds), this, _stopping.Token).ConfigureAwait(false);
        if (reply.Fault is { } fault)
        {
            lease.Report(fault);
        }

        return reply is { Answered: true, Message.IsError: true } ? null : began;
    }

    private List<string> ReadAccepted(UpstreamMessage acknowledgement)
    {
        var parameters = acknowledgement.Raw(acknowledgement.Params);
        var filter = JsonMembers.Find(parameters, "notifications"u8).Of(parameters);
        return [.. JsonElements.Texts(JsonMembers.Find(filter, "taskIds"u8).Of(filter)).Select(_tasks.ClientId).OfType<string>()];
    }
}
