using System.Text.Json;
using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Maintenance;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Auditing;

public sealed class SqliteAuditRetentionTests(SqliteStorage storage) : AuditRetentionTests(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlAuditRetentionTests(PostgreSqlStorage storage) : AuditRetentionTests(storage), IClassFixture<PostgreSqlStorage>;

/// <summary>Retention takes rows from the beginning, and what stays is still a whole chain.</summary>
public abstract class AuditRetentionTests(StorageFixture storage)
{
    private readonly TenantId _tenant = new(Guid.CreateVersion7());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IAuditStore Store => storage.Services.GetRequiredService<IAuditStore>();

    private IRetentionTarget Target => storage.Services.GetRequiredService<IRetentionTarget>();

    [Fact]
    public async Task Delete_OldRows_MovesTheBeginningAndTheRestIsWhole()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 10).Select(i => Sample.AuditEvent(_tenant, i))], Cancellation);

        Assert.Equal(6, await Target.CountAsync(Before(6), Cancellation));
        Assert.Equal(4, await Target.DeleteAsync(Before(6), 4, Cancellation));
        Assert.Equal(2, await Target.DeleteAsync(Before(6), 4, Cancellation));
        Assert.Equal(0, await Target.DeleteAsync(Before(6), 4, Cancellation));
        await Store.AppendAsync([Sample.AuditEvent(_tenant, 10)], Cancellation);

        var result = await VerifyAsync();
        Assert.True(result.IsIntact);
        Assert.Equal((6, 13, 7), (result.Head!.AnchorSequence, result.Head.Sequence, result.RowsRead));
    }

    [Fact]
    public async Task Delete_EveryRow_LeavesAChainThatGoesOn()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 3).Select(i => Sample.AuditEvent(_tenant, i))], Cancellation);

        Assert.Equal(3, await Target.DeleteAsync(Before(100), 10, Cancellation));
        Assert.True((await VerifyAsync()).IsIntact);
        await Store.AppendAsync([Sample.AuditEvent(_tenant)], Cancellation);

        var rows = await Store.ReadChainAsync(_tenant, 0, null, 10, Cancellation);
        Assert.Equal([(4, "audit.shorten"), (5, "server.update")], rows.Select(row => (row.Sequence, row.Event.Action)));
        Assert.True((await VerifyAsync()).IsIntact);
    }

    [Fact]
    public async Task Delete_OldRows_LeavesAnEventOfTheAnchorsThatCommitsWithIt()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 5).Select(i => Sample.AuditEvent(_tenant, i))], Cancellation);
        var hash = (await Store.ReadChainAsync(_tenant, 2, null, 1, Cancellation))[0].Hash;

        await Target.DeleteAsync(Before(3), 10, Cancellation);

        var told = (await Store.ReadChainAsync(_tenant, 5, null, 10, Cancellation)).Single().Event;
        Assert.Equal(
            ("audit.shorten", "audit_trail", _tenant.ToString(), AuditSource.System, AuditActorKind.System, true),
            (told.Action, told.ResourceType, told.ResourceId, told.Source, told.ActorKind, told.Success));
        var details = JsonElement.Parse(told.Details);
        Assert.Equal(0, details.GetProperty("before").GetProperty("anchorSequence").GetInt64());
        Assert.Equal(3, details.GetProperty("after").GetProperty("anchorSequence").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(hash.Span), details.GetProperty("after").GetProperty("anchorHash").GetString());
        Assert.Equal(Sample.Time(3), details.GetProperty("olderThan").GetDateTimeOffset());
    }

    /// <summary>A trail to which nothing is added comes to its end.</summary>
    [Fact]
    public async Task Delete_NothingButItsOwnEvents_LeavesNone()
    {
        await Store.AppendAsync([Sample.AuditEvent(_tenant, 1)], Cancellation);
        var all = Before(1) with { Before = DateTimeOffset.MaxValue.AddDays(-1) };

        Assert.Equal(1, await Target.DeleteAsync(all, 10, Cancellation));
        Assert.Equal(1, await Target.DeleteAsync(all, 10, Cancellation));
        Assert.Equal(0, await Target.DeleteAsync(all, 10, Cancellation));

        Assert.True((await VerifyAsync()).IsIntact);
    }

    [Fact]
    public async Task Delete_OldRowBehindAYoungOne_Waits()
    {
        await Store.AppendAsync([Sample.AuditEvent(_tenant, 1), Sample.AuditEvent(_tenant, 50), Sample.AuditEvent(_tenant, 2)], Cancellation);

        Assert.Equal(1, await Target.CountAsync(Before(10), Cancellation));
        Assert.Equal(1, await Target.DeleteAsync(Before(10), 10, Cancellation));
        Assert.Equal(0, await Target.DeleteAsync(Before(10), 10, Cancellation));
        Assert.True((await VerifyAsync()).IsIntact);
    }

    /// <summary>Whoever puts rows without a number where retention has made room for them is found.</summary>
    [Fact]
    public async Task Delete_RowsFromBeforeTheChain_LeavesNoRoomForOthers()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 6).Select(i => Sample.AuditEvent(_tenant, i))], Cancellation);
        await RunAsync("UPDATE audit_events SET sequence = NULL WHERE tenant_id = {0}");
        await RunAsync("UPDATE audit_chains SET sequence = 0, unchained_before = 6 WHERE tenant_id = {0}");
        Assert.Equal((true, 6), ((await VerifyAsync()).IsIntact, (await VerifyAsync()).Unchained));

        Assert.Equal(3, await Target.DeleteAsync(Before(4), 3, Cancellation));
        Assert.Equal(1, await Target.DeleteAsync(Before(4), 3, Cancellation));

        var result = await VerifyAsync();
        Assert.Equal((true, 2, 2), (result.IsIntact, result.Unchained, result.Head!.UnchainedBefore));
        var forged = Sample.AuditEvent(_tenant, 9);
        await Store.AppendAsync([forged], Cancellation);
        await RunAsync("UPDATE audit_events SET sequence = NULL WHERE tenant_id = {0} AND sequence = 1");
        await RunAsync("UPDATE audit_chains SET sequence = 0 WHERE tenant_id = {0}");
        Assert.Contains((await VerifyAsync()).Faults, fault => fault.EventId == forged.Id);
    }

    [Fact]
    public async Task Delete_ByAnythingButTenant_IsRefused()
    {
        var bySuccess = Before(10) with { Conditions = [new RetentionCondition("success", true)] };

        await Assert.ThrowsAsync<ArgumentException>(async () => await Target.CountAsync(bySuccess, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Target.DeleteAsync(bySuccess, 10, Cancellation));
    }

    [Fact]
    public async Task Verify_FirstRowsDeletedByHandAfterRetention_AreMissing()
    {
        await Store.AppendAsync([.. Enumerable.Range(0, 6).Select(i => Sample.AuditEvent(_tenant, i))], Cancellation);
        await Target.DeleteAsync(Before(2), 10, Cancellation);
        var rows = await Store.ReadChainAsync(_tenant, 0, null, 10, Cancellation);

        Assert.Equal(3, rows[0].Sequence);
        var walk = new AuditTrail(new WithoutFirstRow(Store));
        var fault = Assert.Single((await walk.VerifyAsync(_tenant, AuditRange.All, Cancellation)).Faults);
        Assert.Equal((AuditChainFaultKind.Missing, 3), (fault.Kind, fault.Sequence));
    }

    private async Task RunAsync(string sql)
    {
        await using var context = await storage.Services.GetRequiredService<RegistryDatabase>().OpenWriteAsync(Cancellation);
        await context.Database.ExecuteSqlRawAsync(sql, [_tenant.Value], Cancellation);
    }

    private RetentionSelection Before(int second) => new()
    {
        Table = "audit_events",
        DateColumn = "occurred_at",
        Before = Sample.Time(second),
        Conditions = [new RetentionCondition("tenant_id", _tenant.Value)],
    };

    private ValueTask<AuditVerification> VerifyAsync() => new AuditTrail(Store).VerifyAsync(_tenant, AuditRange.All, Cancellation);

    /// <summary>A store from which somebody took the first row that is left.</summary>
    private sealed class WithoutFirstRow(IAuditStore store) : IAuditStore
    {
        public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) => store.AppendAsync(events, cancellationToken);

        public ValueTask<IReadOnlyList<AuditEvent>> SearchAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken) =>
            store.SearchAsync(tenant, query, cancellationToken);

        public ValueTask<IReadOnlyList<McpAuditEntry>> SearchMcpAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken) =>
            store.SearchMcpAsync(tenant, query, cancellationToken);

        public ValueTask<AuditChainHead?> FindHeadAsync(TenantId tenant, CancellationToken cancellationToken) => store.FindHeadAsync(tenant, cancellationToken);

        public ValueTask<IReadOnlyList<ChainedAuditEvent>> ReadChainAsync(
            TenantId tenant, long afterSequence, Guid? afterId, int limit, CancellationToken cancellationToken) =>
            store.ReadChainAsync(tenant, Math.Max(afterSequence, 3), afterId, limit, cancellationToken);

        public ValueTask<UnchainedAuditEvents> FindUnchainedAsync(TenantId tenant, CancellationToken cancellationToken) =>
            store.FindUnchainedAsync(tenant, cancellationToken);
    }
}
