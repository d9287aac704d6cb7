using McpRegistry.Auditing;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpRegistry.StorageDrill;

/// <summary>
/// A host with an audit sink that writes a line for each row to a file, which several hosts share. It is a process of its own, to be
/// killed: after so many rows it stands still in the middle of a batch.
/// </summary>
internal sealed class DrillSinkHost(string file, string host, int standsStillAfter) : IAuditSink
{
    private const int BatchSize = 20;

    private int _taken;

    public string Name => "drill";

    /// <summary>Delivers until the process ends.</summary>
    /// <param name="connection">The PostgreSQL.</param>
    /// <param name="ahead">By how much the clock of this host is ahead, so that nobody has to wait for the end of a hold.</param>
    public async Task RunAsync(string connection, TimeSpan ahead)
    {
        await using var store = await DrillStore.OpenAsync("postgresql", connection, CancellationToken.None);
        var options = new AuditOptions { SinkBatchSize = BatchSize, SinkInterval = TimeSpan.FromMilliseconds(100) };
        var runner = new AuditSinkRunner(
            this, store.Get<IAuditSinkStore>(), store.Get<IAuditStore>(), options, new WriterOptions(), new AheadClock(ahead), NullLogger.Instance);
        await runner.RunAsync(CancellationToken.None);
    }

    public async ValueTask DeliverAsync(TenantId tenant, IReadOnlyList<ChainedAuditEvent> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            if (++_taken == standsStillAfter)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
            }

            await WriteAsync($"{host} {tenant} {row.Sequence}\n");
        }
    }

    /// <summary>Opening to append locks the file, so that lines of several hosts stand one behind the other.</summary>
    private async Task WriteAsync(string line)
    {
        while (true)
        {
            try
            {
                await File.AppendAllTextAsync(file, line, CancellationToken.None);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private sealed class AheadClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
