using System.Threading.Channels;
using McpRegistry.Auditing;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Supervision;

/// <summary>A store of which supervision uses two methods: it has one row, and hands over each report that is saved.</summary>
internal sealed class DiscoveryStore : IServerStore
{
    private readonly Channel<DiscoveryReport> _reports = Channel.CreateUnbounded<DiscoveryReport>();
    private int _saved;

    public RegisteredServer? Row { get; set; }

    /// <summary>Gets or sets whether reports are kept; else the row is gone by the time they come.</summary>
    public bool Keeps { get; set; }

    /// <summary>Gets or sets the report that whoever looks finds.</summary>
    public DiscoveryReport? Discovery { get; set; }

    /// <summary>Gets or sets what whoever looks for the row waits for.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;

    public int Saved => Volatile.Read(ref _saved);

    public ValueTask<DiscoveryReport> NextAsync() => _reports.Reader.NextAsync("a report is saved", TestContext.Current.CancellationToken);

    public ValueTask<StoreResult<CatalogueChange>> SaveDiscoveryAsync(TenantId tenant, Guid serverId, DiscoveryReport report, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _saved);
        _reports.Writer.TryWrite(report);
        return new(Keeps ? StoreResult<CatalogueChange>.Success(default) : StoreResult<CatalogueChange>.NotFound());
    }

    public ValueTask<StoreResult<RegisteredServer>> AddAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoreResult<RegisteredServer>> UpdateAsync(TenantId tenant, RegisteredServer server, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoreDeletion> DeleteAsync(TenantId tenant, Guid id, long? expectedVersion, AuditEvent? audit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async ValueTask<StoredServer?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken)
    {
        await Answering.WaitAsync(cancellationToken);
        return Row is { } row && row.Id == id && row.Tenant == tenant ? new StoredServer(row, Discovery) : null;
    }

    public ValueTask<StoredServer?> FindByAliasAsync(TenantId tenant, string serverAlias, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<StoredServer>> ListAsync(TenantId tenant, string? afterAlias, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<StoredServer> ReadAllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
