using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Auditing;

public sealed class SqliteAuditTamperTests(SqliteStorage storage) : AuditTamperTests(storage), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlAuditTamperTests(PostgreSqlStorage storage) : AuditTamperTests(storage), IClassFixture<PostgreSqlStorage>;

/// <summary>Somebody with SQL at hand: each thing he does is named.</summary>
public abstract class AuditTamperTests(StorageFixture storage)
{
    private const int Rows = 7;

    private readonly TenantId _tenant = new(Guid.CreateVersion7());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IAuditStore Store => storage.Services.GetRequiredService<IAuditStore>();

    private RegistryDatabase Database => storage.Services.GetRequiredService<RegistryDatabase>();

    [Theory]
    [InlineData("source = 'system'")]
    [InlineData("occurred_at = (SELECT MAX(occurred_at) FROM audit_events)")]
    [InlineData("actor_kind = 'user'")]
    [InlineData("actor_name = 'somebody else'")]
    [InlineData("actor_name = NULL")]
    [InlineData("user_id = api_key_id")]
    [InlineData("api_key_id = NULL")]
    [InlineData("roles = '[\"userservice\"]'")]
    [InlineData("action = 'tools/list'")]
    [InlineData("resource_type = 'prompt'")]
    [InlineData("resource_id = NULL")]
    [InlineData("resource_name = 'forecast'")]
    [InlineData("success = true")]
    [InlineData("error_code = NULL")]
    [InlineData("error_message = ''")]
    [InlineData("method = 'tools/list'")]
    [InlineData("jsonrpc_version = '1.0'")]
    [InlineData("request_id = 'req-2'")]
    [InlineData("trace_id = NULL")]
    [InlineData("session_id = 'session 8'")]
    [InlineData("ip_address = '2001:db8::2'")]
    [InlineData("user_agent = 'client/1.1'")]
    [InlineData("duration_ms = 12.5")]
    [InlineData("details = '{{\"arguments\":{{\"city\":\"Oslo\"}},\"n\":[1,2.5,0]}}'")]
    [InlineData("hash_version = 2")]
    [InlineData("hash_version = NULL")]
    [InlineData("hash = previous_hash")]
    [InlineData("hash = NULL")]
    [InlineData("previous_hash = hash")]
    [InlineData("previous_hash = NULL")]
    [InlineData("source = 'nonsense'")]
    public async Task Verify_ColumnChanged_NamesTheRow(string change)
    {
        var ids = await WriteAsync();

        Assert.Equal(1, await RunAsync($"UPDATE audit_events SET {change} WHERE tenant_id = {{0}} AND sequence = 4"));

        var fault = Assert.Single((await VerifyAsync()).Faults);
        Assert.Equal(
            (change.StartsWith("hash_version", StringComparison.Ordinal) ? AuditChainFaultKind.UnknownVersion : AuditChainFaultKind.Changed, 4L, ids[3]),
            (fault.Kind, fault.Sequence!.Value, fault.EventId!.Value));
    }

    [Theory]
    [InlineData("source = 'nonsense'")]
    [InlineData("actor_kind = 'nonsense'")]
    public async Task Search_RowThatCannotBeRead_KeepsItsPlaceAndSaysSo(string change)
    {
        var ids = await WriteAsync();
        await RunAsync($"UPDATE audit_events SET {change} WHERE tenant_id = {{0}} AND sequence = 4");

        var first = await Store.SearchAsync(_tenant, new AuditQuery { Limit = 4 }, Cancellation);
        var second = await Store.SearchAsync(
            _tenant, new AuditQuery { Limit = 4, After = new RowPosition(first[^1].OccurredAt, first[^1].Id) }, Cancellation);
        var calls = await Store.SearchMcpAsync(_tenant, new AuditQuery(), Cancellation);

        Assert.Equal(ids.Reverse(), first.Concat(second).Select(row => row.Id));
        Assert.Equal((Sample.Time(3), false, "The stored row cannot be read."), (first[^1].OccurredAt, first[^1].Success, first[^1].ErrorMessage));
        Assert.All(first.SkipLast(1).Concat(second), row => Assert.NotEqual("", row.Action));
        Assert.Equal(change.StartsWith("source", StringComparison.Ordinal) ? Rows - 1 : Rows, calls.Count);
    }

    [Fact]
    public async Task Verify_IdChanged_NamesTheRow()
    {
        await WriteAsync();
        var other = Guid.CreateVersion7();

        await RunAsync("UPDATE audit_events SET id = {1} WHERE tenant_id = {0} AND sequence = 4", other);

        Assert.Equal([$"Changed 4 {other}"], await FaultsAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(Rows)]
    public async Task Verify_RowDeleted_SaysThatItIsMissing(int sequence)
    {
        await WriteAsync();

        await RunAsync($"DELETE FROM audit_events WHERE tenant_id = {{0}} AND sequence = {sequence}");

        Assert.Equal([$"Missing {sequence} "], await FaultsAsync());
    }

    [Fact]
    public async Task Verify_TailCut_NamesAllOfIt()
    {
        await WriteAsync();

        await RunAsync("DELETE FROM audit_events WHERE tenant_id = {0} AND sequence > 4");

        var fault = Assert.Single((await VerifyAsync()).Faults);
        Assert.Equal((AuditChainFaultKind.Missing, 5, Rows), (fault.Kind, fault.Sequence, fault.LastSequence));
    }

    [Fact]
    public async Task Verify_RowsSwapped_NamesBothAndTheirOldPlaces()
    {
        var ids = await WriteAsync();

        await RunAsync("UPDATE audit_events SET sequence = 8 - sequence WHERE tenant_id = {0} AND sequence IN (3, 5)");

        var faults = (await VerifyAsync()).Faults;
        Assert.Equal([(AuditChainFaultKind.Moved, 3, 5, ids[4]), (AuditChainFaultKind.Moved, 5, 3, ids[2])],
            faults.Select(fault => (fault.Kind, fault.Sequence!.Value, fault.OriginalSequence!.Value, fault.EventId!.Value)));
    }

    [Theory]
    [InlineData("4")]
    [InlineData("8")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("(-9223372036854775807 - 1)")]
    [InlineData("NULL")]
    public async Task Verify_RowInserted_NamesIt(string sequence)
    {
        await WriteAsync();
        var id = Guid.CreateVersion7();

        await RunAsync(
            $$"""
            INSERT INTO audit_events (id, tenant_id, source, occurred_at, actor_kind, roles, action, resource_type, success, details, sequence, previous_hash, hash, hash_version)
            SELECT {1}, tenant_id, source, occurred_at, actor_kind, roles, 'forged', resource_type, success, details, {{sequence}}, previous_hash, hash, hash_version
            FROM audit_events WHERE tenant_id = {0} AND sequence = 4
            """,
            id);

        Assert.Equal(id, Assert.Single((await VerifyAsync()).Faults, fault => fault.EventId == id).EventId);
        Assert.All((await VerifyAsync()).Faults, fault => Assert.Equal(id, fault.EventId));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(Rows)]
    public async Task Verify_RowReplacedWithItsHashMadeAnew_NamesIt(int sequence)
    {
        var ids = await WriteAsync();
        var row = (await Store.ReadChainAsync(_tenant, sequence - 1, null, 1, Cancellation))[0];
        var forged = ChainedAuditEvent.Link(row.Event with { Action = "forged" }, sequence, row.PreviousHash);

        await RunAsync($"UPDATE audit_events SET action = 'forged', hash = {{1}} WHERE tenant_id = {{0}} AND sequence = {sequence}", forged.Hash.ToArray());

        Assert.Equal([$"Replaced {sequence} {ids[sequence - 1]}"], await FaultsAsync());
    }

    [Fact]
    public async Task Verify_RowGivenToAnotherTenant_IsMissingHereAndNamedThere()
    {
        var ids = await WriteAsync();
        var other = new TenantId(Guid.CreateVersion7());
        await Store.AppendAsync([Sample.AuditEvent(other)], Cancellation);

        await RunAsync("UPDATE audit_events SET tenant_id = {1} WHERE tenant_id = {0} AND sequence = 4", other.Value);

        Assert.Equal(["Missing 4 "], await FaultsAsync());
        var there = await new AuditTrail(Store).VerifyAsync(other, AuditRange.All, Cancellation);
        Assert.Equal(ids[3], Assert.Single(there.Faults).EventId);
    }

    [Fact]
    public async Task Verify_HeadDeleted_SaysSoAndWritingGoesOn()
    {
        await WriteAsync();
        await RunAsync("DELETE FROM audit_chains WHERE tenant_id = {0}");

        Assert.All((await VerifyAsync()).Faults, fault => Assert.Equal(AuditChainFaultKind.NoHead, fault.Kind));
        Assert.Equal(Rows, (await VerifyAsync()).FaultCount);

        await Store.AppendAsync([Sample.AuditEvent(_tenant)], Cancellation);
        Assert.Equal(Rows + 1, (await Store.FindHeadAsync(_tenant, Cancellation))!.Sequence);
    }

    [Fact]
    public async Task Verify_ChainWrittenAnewAsAWhole_IsFoundByAKnownHash()
    {
        await WriteAsync();
        var known = (await Store.ReadChainAsync(_tenant, 4, null, 1, Cancellation))[0];
        var range = new AuditRange { KnownSequence = 5, KnownHash = known.Hash };
        Assert.True((await new AuditTrail(Store).VerifyAsync(_tenant, range, Cancellation)).IsIntact);

        var rows = await Store.ReadChainAsync(_tenant, 0, null, Rows, Cancellation);
        await RunAsync("DELETE FROM audit_events WHERE tenant_id = {0}");
        await RunAsync("DELETE FROM audit_chains WHERE tenant_id = {0}");
        await Store.AppendAsync([.. rows.Select(row => row.Event with { ActorName = "nobody" })], Cancellation);

        Assert.True((await VerifyAsync()).IsIntact);
        var fault = Assert.Single((await new AuditTrail(Store).VerifyAsync(_tenant, range, Cancellation)).Faults);
        Assert.Equal((AuditChainFaultKind.NotAsKnown, 5), (fault.Kind, fault.Sequence));
    }

    [Theory]
    [InlineData(4, "lies before")]
    [InlineData(5, "another hash")]
    public async Task Verify_BeginningCutWithItsAnchor_IsFoundByAKnownHash(int known, string message)
    {
        await WriteAsync();
        var rows = await Store.ReadChainAsync(_tenant, 0, null, Rows, Cancellation);
        var range = new AuditRange { KnownSequence = known, KnownHash = known == 5 ? new byte[AuditHash.Length] : rows[known - 1].Hash };

        await RunAsync("DELETE FROM audit_events WHERE tenant_id = {0} AND sequence <= 5");
        await RunAsync("UPDATE audit_chains SET anchor_sequence = 5, anchor_hash = {1} WHERE tenant_id = {0}", rows[4].Hash.ToArray());

        Assert.True((await VerifyAsync()).IsIntact);
        var fault = Assert.Single((await VerifyAsync(range)).Faults);
        Assert.Equal((AuditChainFaultKind.NotAsKnown, (long)known), (fault.Kind, fault.Sequence));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.True((await VerifyAsync(new AuditRange { KnownSequence = 5, KnownHash = rows[4].Hash })).IsIntact);
        Assert.True((await VerifyAsync(new AuditRange { KnownSequence = 6, KnownHash = rows[5].Hash })).IsIntact);
    }

    [Fact]
    public async Task Verify_WholeTrailDeleted_IsFoundByAKnownHash()
    {
        await WriteAsync();
        var known = (await Store.ReadChainAsync(_tenant, 4, null, 1, Cancellation))[0];
        await RunAsync("DELETE FROM audit_events WHERE tenant_id = {0}");
        await RunAsync("DELETE FROM audit_chains WHERE tenant_id = {0}");

        var fault = Assert.Single((await VerifyAsync(new AuditRange { KnownSequence = 5, KnownHash = known.Hash })).Faults);

        Assert.Equal((AuditChainFaultKind.NotAsKnown, 5L), (fault.Kind, fault.Sequence));
    }

    [Theory]
    [InlineData(5, 6, false)]
    [InlineData(4, 5, true)]
    [InlineData(null, 3, true)]
    [InlineData(6, null, true)]
    public async Task Verify_KnownRowOfARange_IsComparedOrRefused(int? from, int? until, bool isOther)
    {
        await WriteAsync();
        var known = (await Store.ReadChainAsync(_tenant, 3, null, 1, Cancellation))[0];
        var range = new AuditRange { From = from, Until = until, KnownSequence = 4, KnownHash = isOther ? new byte[AuditHash.Length] : known.Hash };

        if (from is null or 6)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await VerifyAsync(range));
            return;
        }

        Assert.Equal(!isOther, (await VerifyAsync(range)).IsIntact);
    }

    [Theory]
    [InlineData(null, 3, false)]
    [InlineData(5, null, false)]
    [InlineData(4, 4, true)]
    [InlineData(2, 6, true)]
    public async Task Verify_Range_LooksAtNothingElse(int? from, int? until, bool isFound)
    {
        await WriteAsync();
        await RunAsync("UPDATE audit_events SET action = 'forged' WHERE tenant_id = {0} AND sequence = 4");

        var result = await new AuditTrail(Store).VerifyAsync(_tenant, new AuditRange { From = from, Until = until }, Cancellation);

        Assert.Equal(!isFound, result.IsIntact);
        Assert.Equal((until ?? Rows) - (from ?? 1) + 1, result.RowsRead);
    }

    [Fact]
    public async Task Verify_RowsOlderThanTheChain_AreToldAndNoFault()
    {
        await WriteAsync();
        await RunAsync("UPDATE audit_events SET sequence = NULL, hash = NULL, previous_hash = NULL, hash_version = NULL WHERE tenant_id = {0}");
        await RunAsync("DELETE FROM audit_chains WHERE tenant_id = {0}");
        Assert.Equal((true, Rows), ((await VerifyAsync()).IsIntact, (await VerifyAsync()).Unchained));

        await Store.AppendAsync([Sample.AuditEvent(_tenant)], Cancellation);

        var result = await VerifyAsync();
        Assert.True(result.IsIntact);
        Assert.Equal((Rows, 1, 1L), (result.Unchained, result.RowsRead, result.Head!.Sequence));
    }

    private async Task<Guid[]> WriteAsync()
    {
        var events = Enumerable.Range(0, Rows).Select(i => Sample.FullAuditEvent(_tenant) with { OccurredAt = Sample.Time(i) }).ToArray();
        await Store.AppendAsync(events[..3], Cancellation);
        await Store.AppendAsync(events[3..], Cancellation);
        Assert.Empty(await FaultsAsync());
        return [.. events.Select(row => row.Id)];
    }

    private ValueTask<AuditVerification> VerifyAsync(AuditRange? range = null) =>
        new AuditTrail(Store).VerifyAsync(_tenant, range ?? AuditRange.All, Cancellation);

    private async Task<IEnumerable<string>> FaultsAsync() =>
        (await VerifyAsync()).Faults.Select(fault => $"{fault.Kind} {fault.Sequence} {fault.EventId}");

    private async Task<int> RunAsync(string sql, params object[] arguments)
    {
        await using var context = await Database.OpenWriteAsync(Cancellation);
        return await context.Database.ExecuteSqlRawAsync(sql, [_tenant.Value, .. arguments], Cancellation);
    }
}
