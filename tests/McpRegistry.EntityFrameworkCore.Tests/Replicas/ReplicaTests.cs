using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Replicas;

/// <summary>Two hosts on one database, each with connections of its own.</summary>
public abstract partial class ReplicaTests
{
    /// <summary>Far below the time after which those who listen look by themselves, and more than busy cores take.</summary>
    private protected static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected TenantId Tenant { get; } = new(Guid.CreateVersion7());

    [Fact]
    public async Task ServerWrite_OnOneReplica_ShowsInTheSnapshotOfTheOther()
    {
        await using var writer = await StartAsync();
        await using var reader = await StartAsync();
        var times = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            var server = await AddAsync(writer);
            times.Add(await reader.WaitUntilAsync(replica => replica.Snapshot.Servers.ContainsKey(server.Id), Cancellation));
            server = (await writer.Servers.UpdateAsync(Tenant, server with { Description = "changed" }, null, Cancellation)).Value!;
            times.Add(await reader.WaitUntilAsync(replica => replica.Snapshot.Servers[server.Id].Server.Description == "changed", Cancellation));
            Assert.True((await writer.Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded);
            times.Add(await reader.WaitUntilAsync(replica => !replica.Snapshot.Servers.ContainsKey(server.Id), Cancellation));
        }

        Print("server write to snapshot of the other replica", times);
        Assert.All(times, time => Assert.True(time < Bound));
        Assert.True(reader.State.Connected);
        Assert.True(reader.State.Lag < Bound);
    }

    [Fact]
    public async Task Discovery_OnOneReplica_GivesTheOtherTheCatalogueAndLeavesItsConnectionsAndCondition()
    {
        await using var writer = await StartAsync();
        await using var reader = await StartAsync();
        var server = await AddAsync(writer);
        await reader.CatchUpAsync(Cancellation);
        var before = reader.Snapshot.Servers[server.Id];

        var report = Sample.Report(Sample.Tool("a", 0), Sample.Tool("b", 1));
        await writer.Servers.SaveDiscoveryAsync(Tenant, server.Id, report, Cancellation);
        await reader.WaitUntilAsync(replica => replica.Snapshot.Servers[server.Id].Report is not null, Cancellation);
        await writer.Servers.SaveDiscoveryAsync(
            Tenant, server.Id, Sample.Report(Sample.Tool("old", 0)) with { CompletedAt = report.CompletedAt.AddMinutes(-1) }, Cancellation);
        await reader.CatchUpAsync(Cancellation);

        var after = reader.Snapshot.Servers[server.Id];
        Assert.Equal(["a", "b"], after.Report!.Items.Select(item => item.Key));
        Assert.Same(before.Connections, after.Connections);
        Assert.Same(before.Condition, after.Condition);
    }

    [Fact]
    public async Task Revoke_OnOneReplica_IsRefusedOnTheOtherWhichHadRememberedTheKey()
    {
        await using var writer = await StartAsync();
        await using var reader = await StartAsync();
        await reader.CatchUpAsync(Cancellation);
        Assert.True((await reader.KeyValidator.ValidateAsync(Replica.AdminKey, null, Cancellation)).IsValid);
        var key = Assert.Single(await writer.Keys.ListAsync(TenantId.Global, null, 10, Cancellation)).Key;

        await writer.Keys.UpdateAsync(TenantId.Global, key with { RevokedAt = TimeProvider.System.GetUtcNow() }, null, Cancellation);
        var time = await reader.CatchUpAsync(Cancellation);

        Print("revocation to refusal on the other replica", [time]);
        Assert.Equal(ApiKeyFailure.Revoked, (await reader.KeyValidator.ValidateAsync(Replica.AdminKey, null, Cancellation)).Failure);
    }

    [Fact]
    public async Task AccessRule_OnOneReplica_HidesTheServerOnTheOtherUntilItIsGone()
    {
        await using var writer = await StartAsync();
        await using var reader = await StartAsync();
        var server = await AddAsync(writer);
        await writer.CatchUpAsync(Cancellation);
        await reader.CatchUpAsync(Cancellation);
        var caller = new Caller("anyone", Tenant, ApiKeyScope.Proxy);
        var gate = reader.Services.GetRequiredService<AccessGate>();
        Assert.NotNull(gate.ViewOf(caller).Find(server.Id));
        var rules = writer.Services.GetRequiredService<IAccessRuleRegistrar>();
        var times = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            var added = await rules.AddAsync(
                Tenant, new AccessRuleDefinition { ServerId = server.Id, Subject = AccessSubject.ForTenant(Tenant), AllowedMethods = ["tools/call"], IsActive = false }, AuditActor.System, Cancellation);
            Assert.Equal(AccessRuleWriteOutcome.Success, added.Outcome);
            times.Add(await reader.WaitUntilAsync(_ => gate.ViewOf(caller).Find(server.Id) is null, Cancellation));
            Assert.Equal(AccessRuleWriteOutcome.Success, (await rules.DeleteAsync(Tenant, added.Rule!.Id, null, AuditActor.System, Cancellation)).Outcome);
            times.Add(await reader.WaitUntilAsync(_ => gate.ViewOf(caller).Find(server.Id) is not null, Cancellation));
        }

        Print("access rule to view on the other replica", times);
        Assert.All(times, time => Assert.True(time < Bound));
    }

    [Fact]
    public async Task AccessRule_OfAKeyThatCannotBeDeletedButWithItsServer_GoesOnTheOtherReplicaToo()
    {
        await using var writer = await StartAsync();
        await using var reader = await StartAsync();
        var server = await AddAsync(writer);
        var key = (await writer.Keys.AddAsync(Tenant, Sample.Key(Tenant, "k"), null, Cancellation)).Value!;
        await writer.CatchUpAsync(Cancellation);
        var added = await writer.Services.GetRequiredService<IAccessRuleRegistrar>().AddAsync(
            Tenant, new AccessRuleDefinition { ServerId = server.Id, Subject = AccessSubject.ForApiKey(key.Id) }, AuditActor.System, Cancellation);
        Assert.Empty(added.Faults);
        await reader.CatchUpAsync(Cancellation);
        var table = reader.Services.GetRequiredService<AccessRules>();
        Assert.Single(table.Current.Rules, rule => rule.Rule.ServerId == server.Id);

        Assert.Equal(StoreOutcome.InUse, (await writer.Keys.DeleteAsync(Tenant, key.Id, null, null, Cancellation)).Outcome);
        await reader.CatchUpAsync(Cancellation);
        Assert.Single(table.Current.Rules, rule => rule.Rule.ServerId == server.Id);
        Assert.True((await writer.Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded);
        await reader.CatchUpAsync(Cancellation);

        Assert.DoesNotContain(table.Current.Rules, rule => rule.Rule.ServerId == server.Id);
    }

    [Fact]
    public async Task Reset_ChangesWerePrunedBetweenLoadAndFollowing_LoadsAgainAndRemovesWhatIsGone()
    {
        await using var writer = await StartAsync();
        var gone = await AddAsync(writer);
        var changed = await AddAsync(writer);
        var kept = await AddAsync(writer);
        RegisteredServer? added = null;

        await using var reader = await StartAsync(async () =>
        {
            Assert.True((await writer.Servers.DeleteAsync(Tenant, gone.Id, null, null, Cancellation)).Succeeded);
            Assert.True((await writer.Servers.UpdateAsync(Tenant, changed with { Description = "changed" }, null, Cancellation)).Succeeded);
            added = await AddAsync(writer);
            await TestHost.ForgetChangesAsync(writer.Services);
        });
        await reader.WaitUntilAsync(replica => replica.Snapshot.Servers.ContainsKey(added!.Id), Cancellation);
        await AddAsync(writer);
        await reader.CatchUpAsync(Cancellation);

        Assert.Equal(4, reader.Snapshot.Servers.Count);
        Assert.False(reader.Snapshot.Servers.ContainsKey(gone.Id));
        Assert.True(reader.Snapshot.Servers.ContainsKey(kept.Id));
        Assert.Equal("changed", reader.Snapshot.Servers[changed.Id].Server.Description);
    }

    private protected abstract Task<Replica> StartAsync(Func<Task>? beforeFollowing = null);

    /// <summary>Adds a server that nobody tries to connect to.</summary>
    private protected async Task<RegisteredServer> AddAsync(Replica replica)
    {
        var added = await replica.Servers.AddAsync(Tenant, Sample.Server(Tenant) with { Enabled = false }, null, Cancellation);
        Assert.True(added.Succeeded);
        return added.Value;
    }

    private protected void Print(string what, IReadOnlyCollection<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalMilliseconds).Order().ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{GetType().Name}: {what}: median {sorted[sorted.Length / 2]:0.0} ms, longest {sorted[^1]:0.0} ms of {sorted.Length}");
    }
}
