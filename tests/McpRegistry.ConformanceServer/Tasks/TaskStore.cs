using System.Collections.Concurrent;
using System.Security.Cryptography;
using McpRegistry.ConformanceServer.Changes;

namespace McpRegistry.ConformanceServer.Tasks;

/// <summary>The tasks of all clients. An id is a secret of 128 bits, the only thing that leads to a task.</summary>
internal sealed class TaskStore(ChangeHub hub, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, FixtureTask> _tasks = new(StringComparer.Ordinal);

    public FixtureTask Add()
    {
        foreach (var expired in _tasks.Values.Where(static task => task.IsExpired))
        {
            _tasks.TryRemove(expired.Id, out _);
            expired.Cancel();
        }

        var task = new FixtureTask(RandomNumberGenerator.GetHexString(32, lowercase: true), hub, clock);
        _tasks[task.Id] = task;
        return task;
    }

    public FixtureTask? Find(string id) => _tasks.TryGetValue(id, out var task) && !task.IsExpired ? task : null;
}
