using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Many servers and many questions, against a plain reading of the rules.</content>
public abstract partial class DiscoverySuite
{
    private const int Seed = 20261121;
    private const int RandomServers = 300;
    private const int RandomQueries = 500;

    [Fact]
    public async Task Find_RandomServersAndQueries_AnswersAsThePlainRulesDo()
    {
        await using var empty = await OpenEmptyAsync();
        var search = empty.Services.GetRequiredService<IServerSearch>();
        var random = new RandomRegistry(new Random(Seed), [Tenant, OtherTenant, TenantId.Global]);
        var plain = new PlainSearch();
        for (var i = 0; i < RandomServers; i++)
        {
            var (server, report, statistics) = random.NextServer(i);
            plain.Servers.Add((await AddAsync(empty.Services, server, report, statistics), report, statistics));
        }

        var hits = 0;
        for (var i = 0; i < RandomQueries; i++)
        {
            var (tenant, query) = random.NextQuery();
            var expected = plain.Find(tenant, query);
            var first = await search.FindAsync(tenant, query with { IncludeTotal = true }, Cancellation);
            var message = $"Seed {Seed}, query {i}: {Describe.Query(query)}";
            Assert.True(expected.Take(query.Limit).SequenceEqual(Ids(first)), message);
            Assert.True(expected.Length == first.Total, message);
            Assert.True(expected.Length > query.Limit == first.Next is not null, message);
            if (first.Next is { } next)
            {
                var second = await search.FindAsync(tenant, query with { After = next }, Cancellation);
                Assert.True(expected.Skip(query.Limit).Take(query.Limit).SequenceEqual(Ids(second)), "Second page. " + message);
            }

            hits += expected.Length > 0 ? 1 : 0;
        }

        // Questions that nothing answers would prove little.
        Assert.InRange(hits, RandomQueries / 2, RandomQueries);
    }

    private static IEnumerable<Guid> Ids(ServerPage page) => page.Servers.Select(found => found.Stored.Server.Id);
}
