using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Unique values, alone and under races.</content>
public abstract partial class ServerStoreSuite
{
    private const int Racers = 50;
    private const int Crowd = 500;
    private static readonly TimeSpan CrowdLimit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("Weather", "weather")]
    [InlineData("weather", "WEATHER")]
    [InlineData("Größe-ÅÉ", "gRÖßE-åé")]
    [InlineData("тест", "ТЕСТ")]
    public async Task Add_NameTakenInAnotherCase_ConflictsOnName(string first, string second)
    {
        await AddServerAsync(Sample.Server(Tenant, name: first));

        var result = await Servers.AddAsync(Tenant, Sample.Server(Tenant, name: second), null, Cancellation);

        Assert.Equal(StoreOutcome.Conflict, result.Outcome);
        Assert.Equal("name", result.ConflictField);
    }

    [Theory]
    [InlineData("straße", "STRASSE")]
    [InlineData("weather", "weather ")]
    [InlineData("wea_her", "weather")]
    [InlineData("a\0", "a")]
    [InlineData("é", "e\u0301")]
    public async Task Add_NamesThatDifferOrdinally_BothFit(string first, string second)
    {
        await AddServerAsync(Sample.Server(Tenant, name: first));
        await AddServerAsync(Sample.Server(Tenant, name: second));
    }

    [Fact]
    public async Task Add_AliasTaken_ConflictsOnAlias()
    {
        await AddServerAsync(Sample.Server(Tenant, alias: "weather"));

        var result = await Servers.AddAsync(Tenant, Sample.Server(Tenant, alias: "weather"), null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "alias"), (result.Outcome, result.ConflictField));
    }

    [Fact]
    public async Task Add_IdTaken_ConflictsOnIdInAnyTenant()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        var here = await Servers.AddAsync(Tenant, Sample.Server(Tenant) with { Id = server.Id }, null, Cancellation);
        var there = await Servers.AddAsync(OtherTenant, Sample.Server(OtherTenant) with { Id = server.Id }, null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "id"), (here.Outcome, here.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "id"), (there.Outcome, there.ConflictField));
    }

    [Fact]
    public async Task Add_EndpointIdTaken_ConflictsOnEndpoints()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var endpoint = Sample.Endpoint();

        var taken = await Servers.AddAsync(OtherTenant, Sample.Server(OtherTenant) with { Endpoints = server.Endpoints }, null, Cancellation);
        var twice = await Servers.AddAsync(Tenant, Sample.Server(Tenant) with { Endpoints = [endpoint, endpoint] }, null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "endpoints"), (taken.Outcome, taken.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "endpoints"), (twice.Outcome, twice.ConflictField));
    }

    [Fact]
    public async Task Update_ValuesOfAnotherServer_ConflictAndChangeNothing()
    {
        var other = await AddServerAsync(Sample.Server(Tenant, name: "Other", alias: "other"));
        var server = await AddServerAsync(Sample.Server(Tenant));

        var name = await Servers.UpdateAsync(Tenant, server with { Name = "oTHER" }, null, Cancellation);
        var alias = await Servers.UpdateAsync(Tenant, server with { Alias = "other" }, null, Cancellation);
        var endpoints = await Servers.UpdateAsync(Tenant, server with { Endpoints = other.Endpoints, Description = "half" }, null, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "name"), (name.Outcome, name.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "alias"), (alias.Outcome, alias.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "endpoints"), (endpoints.Outcome, endpoints.ConflictField));
        var found = await Servers.FindAsync(Tenant, server.Id, Cancellation);
        Assert.Equal(Describe.Server(server), Describe.Server(found!.Server));
    }

    [Fact]
    public async Task Update_OwnNameInAnotherCase_Succeeds()
    {
        var server = await AddServerAsync(Sample.Server(Tenant, name: "weather"));

        var result = await Servers.UpdateAsync(Tenant, server with { Name = "Weather" }, null, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal("Weather", result.Value.Name);
    }

    [Fact]
    public async Task Add_SameNameConcurrently_ExactlyOneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await Servers.AddAsync(Tenant, Sample.Server(Tenant, name: i % 2 == 0 ? "race" : "RACE"), null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "name" }));
        Assert.Single(await Servers.ListAsync(Tenant, null, 1000, Cancellation));
    }

    [Fact]
    public async Task Add_SameNameByCrowd_ExactlyOneWinsAndNoneHangsOrThrows()
    {
        var results = await Task
            .WhenAll(Enumerable.Range(0, Crowd).Select(i => Task.Run(
                async () => await Servers.AddAsync(Tenant, Sample.Server(Tenant, name: "crowd", alias: $"a{i}"), null, Cancellation))))
            .WaitAsync(CrowdLimit, Cancellation);

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Crowd - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "name" }));
        Assert.Equal(1, await Revisions.GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task Update_TwoServersWantEachOthersName_NeitherThrows()
    {
        for (var round = 0; round < 10; round++)
        {
            var tenant = new Tenancy.TenantId(Guid.CreateVersion7());
            var left = await AddServerAsync(Sample.Server(tenant, name: "left"));
            var right = await AddServerAsync(Sample.Server(tenant, name: "right"));

            var results = await Task.WhenAll(
                Task.Run(async () => await Servers.UpdateAsync(tenant, left with { Name = "right" }, null, Cancellation)),
                Task.Run(async () => await Servers.UpdateAsync(tenant, right with { Name = "left" }, null, Cancellation)));

            Assert.All(results, result => Assert.Equal((StoreOutcome.Conflict, "name"), (result.Outcome, result.ConflictField)));
        }
    }

    [Fact]
    public async Task Update_SameVersionConcurrently_ExactlyOneWins()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));

        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(
            async () => await Servers.UpdateAsync(Tenant, server with { Description = $"{i}" }, null, Cancellation))));

        var winner = Assert.Single(results, result => result.Succeeded).Value;
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == StoreOutcome.Stale));
        var found = await Servers.FindAsync(Tenant, server.Id, Cancellation);
        Assert.Equal(Describe.Server(winner!), Describe.Server(found!.Server));
        Assert.Equal(2, found.Server.Version);
    }
}
