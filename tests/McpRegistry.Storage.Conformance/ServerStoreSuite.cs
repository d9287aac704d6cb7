using McpRegistry.Servers;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IServerStore"/> promises, one file a question; here: definitions.</summary>
public abstract partial class ServerStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    [Fact]
    public async Task Add_FullServer_ReadsBackAsReturned()
    {
        var server = Sample.FullServer(Tenant);

        var added = await AddServerAsync(server);

        Assert.Equal(1, added.Version);
        var found = await Servers.FindAsync(Tenant, server.Id, Cancellation);
        Assert.NotNull(found);
        Assert.Null(found.Discovery);
        Assert.Equal(Describe.Server(added), Describe.Server(found.Server));
        Assert.Equal(
            Describe.Server(server with { Version = 1, CreatedAt = added.CreatedAt, UpdatedAt = added.UpdatedAt }),
            Describe.Server(found.Server));
    }

    [Fact]
    public async Task Add_TimeWithOffset_IsKeptAsUtcMicroseconds()
    {
        var time = new DateTimeOffset(2026, 7, 28, 1, 2, 3, TimeSpan.FromHours(5)).AddTicks(1234567);

        var added = await AddServerAsync(Sample.Server(Tenant) with { CreatedAt = time });

        Assert.Equal(TimeSpan.Zero, added.CreatedAt.Offset);
        Assert.Equal(time.UtcTicks - 7, added.CreatedAt.UtcTicks);
        var found = await Servers.FindAsync(Tenant, added.Id, Cancellation);
        Assert.Equal(added.CreatedAt, found!.Server.CreatedAt);
        Assert.Equal(TimeSpan.Zero, found.Server.CreatedAt.Offset);
    }

    [Fact]
    public async Task Add_OtherTenantThanTheServers_Throws() => await Assert.ThrowsAsync<ArgumentException>(
        async () => await Servers.AddAsync(OtherTenant, Sample.Server(Tenant), null, Cancellation));

    [Fact]
    public async Task Update_CurrentVersion_ReplacesAllButCreationTime()
    {
        var added = await AddServerAsync(Sample.FullServer(Tenant));
        var wanted = Sample.Server(Tenant) with
        {
            Id = added.Id,
            CreatedAt = added.CreatedAt.AddDays(-9),
            UpdatedAt = added.UpdatedAt.AddHours(1),
            Version = 1,
            Endpoints = [Sample.Endpoint(), added.Endpoints[2] with { Zone = "us" }, added.Endpoints[0]],
        };

        var result = await Servers.UpdateAsync(Tenant, wanted, null, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(Describe.Server(wanted with { CreatedAt = added.CreatedAt, Version = 2 }), Describe.Server(result.Value));
        var found = await Servers.FindAsync(Tenant, added.Id, Cancellation);
        Assert.Equal(Describe.Server(result.Value), Describe.Server(found!.Server));
    }

    [Fact]
    public async Task Update_Repeated_RaisesVersionByOneEachTime()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        for (var expected = 2; expected < 6; expected++)
        {
            var result = await Servers.UpdateAsync(Tenant, server with { Description = $"{expected}" }, null, Cancellation);

            Assert.True(result.Succeeded);
            Assert.Equal(expected, result.Value.Version);
            server = result.Value;
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Update_OtherVersion_IsStaleAndChangesNothing(int difference)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        var result = await Servers.UpdateAsync(
            Tenant, server with { Version = server.Version + difference, Description = "late", Endpoints = [Sample.Endpoint()] }, null, Cancellation);

        Assert.Equal(StoreOutcome.Stale, result.Outcome);
        var found = await Servers.FindAsync(Tenant, server.Id, Cancellation);
        Assert.Equal(Describe.Server(server), Describe.Server(found!.Server));
    }

    [Fact]
    public async Task Update_UnknownId_IsNotFound()
    {
        var result = await Servers.UpdateAsync(Tenant, Sample.Server(Tenant), null, Cancellation);

        Assert.Equal(StoreOutcome.NotFound, result.Outcome);
    }

    [Fact]
    public async Task Update_KeepsCatalogue()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var report = Sample.Report(Sample.Tool("a", 0));
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, report, Cancellation);

        await Servers.UpdateAsync(Tenant, server with { Description = "new" }, null, Cancellation);

        var found = await Servers.FindAsync(Tenant, server.Id, Cancellation);
        Assert.Equal("a", Assert.Single(found!.Discovery!.Items).Key);
        Assert.Equal("new", found.Server.Description);
    }

    [Fact]
    public async Task Delete_Server_TakesCatalogueAlongAndFreesItsKeys()
    {
        var server = await AddServerAsync(Sample.FullServer(Tenant));
        await Servers.SaveDiscoveryAsync(Tenant, server.Id, Sample.Report(Sample.Tool("a", 0)), Cancellation);

        Assert.True((await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded);

        Assert.Null(await Servers.FindAsync(Tenant, server.Id, Cancellation));
        Assert.Null(await Servers.FindByAliasAsync(Tenant, server.Alias, Cancellation));
        Assert.False((await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded);
        await AddServerAsync(server);
        var again = await Servers.FindAsync(Tenant, server.Id, Cancellation);
        Assert.Null(again!.Discovery);
    }

    [Fact]
    public async Task Delete_OtherVersionThanExpected_IsStaleWithoutATrace()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var changed = (await Servers.UpdateAsync(Tenant, server with { Description = "new" }, null, Cancellation)).Value!;
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        Assert.Equal(StoreOutcome.Stale, (await Servers.DeleteAsync(Tenant, server.Id, server.Version, Sample.AuditEvent(Tenant), Cancellation)).Outcome);
        Assert.Equal(StoreOutcome.NotFound, (await Servers.DeleteAsync(OtherTenant, server.Id, server.Version, null, Cancellation)).Outcome);
        Assert.Equal(Describe.Server(changed), Describe.Server((await Servers.FindAsync(Tenant, server.Id, Cancellation))!.Server));
        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
        Assert.True((await Servers.DeleteAsync(Tenant, server.Id, changed.Version, null, Cancellation)).Succeeded);
        Assert.Equal(StoreOutcome.NotFound, (await Servers.DeleteAsync(Tenant, server.Id, changed.Version, null, Cancellation)).Outcome);
    }

    [Fact]
    public async Task FindByAlias_OtherCase_IsNotFound()
    {
        var server = await AddServerAsync(Sample.Server(Tenant, alias: "weather"));

        Assert.Equal(server.Id, (await Servers.FindByAliasAsync(Tenant, "weather", Cancellation))!.Server.Id);
        Assert.Null(await Servers.FindByAliasAsync(Tenant, "Weather", Cancellation));
        Assert.Null(await Servers.FindByAliasAsync(Tenant, "weathe_", Cancellation));
        Assert.Null(await Servers.FindByAliasAsync(Tenant, "weather\0", Cancellation));
    }
}
