using McpRegistry.Auditing;
using McpRegistry.Servers;

namespace McpRegistry.StorageDrill;

/// <summary>
/// Makes many calls at once: most leave an audit event, every tenth changes a server and leaves one with the change. It prints a
/// line for each that the store acknowledged. It is a process of its own, to be killed.
/// </summary>
internal sealed class DrillCaller(DrillStore store, TimeProvider time, TextWriter output)
{
    private const int ChangeEvery = 10;

    private readonly IServerStore _servers = store.Get<IServerStore>();
    private readonly AuditWriter _audit = store.Get<AuditWriter>();

    public async Task RunAsync(int calls, CancellationToken cancellationToken)
    {
        _audit.Start();

        // Never ends: whoever started it waits for so many lines and then kills it.
        while (true)
        {
            await Task.WhenAll(Enumerable.Range(0, calls).Select(i => Task.Run(() => CallAsync(i % ChangeEvery == 0, cancellationToken), cancellationToken)));
        }
    }

    private async Task CallAsync(bool isChange, CancellationToken cancellationToken)
    {
        var server = DrillContent.NewServer(time);
        var audit = DrillContent.Event(time, isChange ? "server.create" : "tools/call", server.Id);
        if (isChange)
        {
            var result = await _servers.AddAsync(DrillContent.Tenant, server, audit, cancellationToken);
            if (!result.Succeeded)
            {
                throw new InvalidOperationException($"A server was refused: {result.Outcome} {result.ConflictField}");
            }

            await output.WriteLineAsync($"server {server.Id} 0 .");
        }
        else
        {
            await _audit.WriteAsync(audit, cancellationToken);
        }

        await output.WriteLineAsync($"audit {audit.Id} 0 .");
    }
}
