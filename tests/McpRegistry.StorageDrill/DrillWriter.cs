using McpRegistry.Auditing;
using McpRegistry.Servers;
using McpRegistry.Storage;

namespace McpRegistry.StorageDrill;

/// <summary>
/// Writes without end and prints a line for each write that the store acknowledged. It is a process of its own, to be killed.
/// </summary>
internal sealed class DrillWriter(DrillStore store, TimeProvider time, TextWriter output)
{
    private const int Writers = 4;
    private const int OwnServers = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly IServerStore _servers = store.Get<IServerStore>();
    private readonly IAuditStore _audit = store.Get<IAuditStore>();
    private readonly IRevisionStore _revisions = store.Get<IRevisionStore>();

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WriteAsync(cancellationToken), cancellationToken)));

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var own = new Queue<Guid>();
        for (long generation = 1; ; generation++)
        {
            try
            {
                await StepAsync(own, generation, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The database was killed. What was not acknowledged may or may not be there; the next write tells.
                await output.WriteLineAsync($"failed {exception.GetType().Name} .");
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task StepAsync(Queue<Guid> own, long generation, CancellationToken cancellationToken)
    {
        if (own.Count < OwnServers || generation % 10 == 0)
        {
            var server = DrillContent.NewServer(time);
            Check(await _servers.AddAsync(DrillContent.Tenant, server, null, cancellationToken));
            own.Enqueue(server.Id);
            await SayAsync($"server {server.Id} 0");
        }

        var id = own.Dequeue();
        if (generation % 10 == 5)
        {
            await SayAsync($"deleting {id} 0");
            await _servers.DeleteAsync(DrillContent.Tenant, id, null, null, cancellationToken);
            await SayAsync($"deleted {id} 0");
            return;
        }

        own.Enqueue(id);
        var current = await _servers.FindAsync(DrillContent.Tenant, id, cancellationToken)
            ?? throw new InvalidOperationException($"Server {id} was acknowledged and cannot be found.");
        Check(await _servers.UpdateAsync(DrillContent.Tenant, DrillContent.WithGeneration(current.Server, generation), null, cancellationToken));
        await SayAsync($"server {id} {generation}");
        Check(await _servers.SaveDiscoveryAsync(DrillContent.Tenant, id, DrillContent.Report(generation, time), cancellationToken));
        await SayAsync($"catalogue {id} {generation}");
        var trail = DrillContent.Trail(time);
        await _audit.AppendAsync(trail, cancellationToken);
        foreach (var entry in trail)
        {
            await SayAsync($"audit {entry.Id} 0");
        }

        await SayAsync($"revision {Guid.Empty} {await _revisions.GetAsync(cancellationToken)}");
    }

    private static void Check<T>(StoreResult<T> result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"A write of our own server was refused: {result.Outcome} {result.ConflictField}");
        }
    }

    // The dot tells a whole line from one that was cut by the kill.
    private Task SayAsync(string line) => output.WriteLineAsync($"{line} .");
}
