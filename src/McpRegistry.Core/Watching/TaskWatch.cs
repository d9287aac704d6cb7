using McpRegistry.ApiKeys;
using McpRegistry.Gateway.Tasks;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Upstream;

namespace McpRegistry.Watching;

/// <summary>Listens to the tasks of one server for one subscription of a client, across the connections that come and go.</summary>
internal sealed class TaskWatch : IAsyncDisposable
{
    private readonly WatchContext _context;
    private readonly Caller _caller;
    private readonly TaskSubscription _tasks;
    private readonly WatchOwner _owner;
    private readonly Action<ReadOnlyMemory<byte>> _changed;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private readonly Lock _lock = new();
    private IReadOnlyList<string> _accepted;
    private bool _isPromised;

    /// <summary>Begins to listen.</summary>
    /// <param name="context">What all watches share.</param>
    /// <param name="caller">The client.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="owner">The client's sessions.</param>
    /// <param name="changed">Takes the params of each notification, with the client's id of the task. Returns at once.</param>
    public TaskWatch(WatchContext context, Caller caller, TaskSubscription tasks, WatchOwner owner, Action<ReadOnlyMemory<byte>> changed)
    {
        _context = context;
        _caller = caller;
        _tasks = tasks;
        _owner = owner with { Endpoint = tasks.Endpoint };
        _changed = changed;
        _accepted = [.. tasks.UpstreamIds.Select(id => tasks.ClientId(id)!)];
        _running = Detached.Run(RunAsync);
    }

    /// <summary>Gets a task that ends when the server has accepted or refused.</summary>
    public Task First => _first.Task;

    /// <summary>Says that the client is promised to hear of the tasks from here on.</summary>
    /// <returns>The client's ids of the tasks that will be told of.</returns>
    public IReadOnlyList<string> Promise()
    {
        lock (_lock)
        {
            _isPromised = true;
            return _accepted;
        }
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
            var failures = 0;
            var began = _context.Time.GetTimestamp();
            while (await _context.WatchAsync(_caller, _tasks.Server.Server.Alias, _owner, ListenAsync, _stopping.Token).ConfigureAwait(false) is { } fault
                && !ReferenceEquals(fault, WatchContext.Gone))
            {
                failures = _context.IsLong(began) ? 1 : failures + 1;
                await Task.Delay(_context.PauseAfter(failures), _context.Time, _stopping.Token).ConfigureAwait(false);
                began = _context.Time.GetTimestamp();
            }

            Accept([]);
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }

        _first.TrySetResult();
    }

    /// <summary>Listens until the stream ends; an error of the server would be the same another time.</summary>
    private async Task<UpstreamFault?> ListenAsync(ServerEntry server, ConnectionLease lease)
    {
        var round = new TaskRound(_tasks, lease.Connection, Accept, Tell, _context.Time);
        var reply = await round.RunAsync(_stopping.Token).ConfigureAwait(false);
        return reply is { Answered: true, Message.IsError: true } ? null : reply.Fault ?? ModernRound.GracefulEnd;
    }

    private void Tell(ReadOnlyMemory<byte> state)
    {
        if (_context.MayHear(_caller, _tasks.Server.Server.Id, McpMethod.TasksGet))
        {
            _changed(state);
        }
    }

    /// <summary>Takes what the server will tell of; true when the client counts on it already and may have missed something.</summary>
    private bool Accept(IReadOnlyList<string> accepted)
    {
        lock (_lock)
        {
            _accepted = accepted;
            _first.TrySetResult();
            return _isPromised;
        }
    }
}
