using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Who finds what.</content>
public abstract partial class DiscoverySuite
{
    [Fact]
    public async Task Find_TenantsAndVisibilities_ShowWhatTheTableSays()
    {
        await using var empty = await OpenEmptyAsync();
        var (me, she) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var (tenant, place) in new[] { (Tenant, "own"), (TenantId.Global, "global"), (OtherTenant, "other") })
        {
            foreach (var visibility in Enum.GetValues<ServerVisibility>())
            {
                foreach (var (owner, whose) in new[] { ((Guid?)me, "mine"), (she, "hers"), (null, "nobody's") })
                {
                    var server = Sample.Server(tenant, $"{place} {visibility} {whose}") with { Visibility = visibility, Owner = owner };
                    await AddAsync(empty.Services, server, Sample.Report(Sample.Tool("t", 0), Sample.Resource("r"), Sample.Prompt("p")));
                }
            }
        }

        string[] shared =
        [
            .. from whose in new[] { "mine", "hers", "nobody's" }
               from place in new[] { "own Tenant", "own Public", "global Tenant", "global Public", "other Public" }
               select $"{place} {whose}",
        ];
        await AssertFindsAsync(new ServerQuery(), shared);
        await AssertFindsAsync(new ServerQuery { Viewer = me }, [.. shared, "own Private mine", "global Private mine"]);
        await AssertFindsAsync(
            new ServerQuery { Viewer = me, Owner = me }, [.. shared.Where(name => name.EndsWith("mine", StringComparison.Ordinal)), "own Private mine", "global Private mine"]);
        await AssertFindsAsync(new ServerQuery { Viewer = Guid.CreateVersion7() }, shared);

        async Task AssertFindsAsync(ServerQuery query, string[] expected)
        {
            var search = empty.Services.GetRequiredService<IServerSearch>();
            foreach (var form in new[]
            {
                query, query with { Tools = ["t"] }, query with { Prompts = ["p"], Resources = ["r"] }, query with { Sort = ServerSort.Name },
                query with { IncludeTotal = true },
            })
            {
                var page = await search.FindAsync(Tenant, form, Cancellation);
                Assert.Equal(expected.Order(StringComparer.OrdinalIgnoreCase), Names(page).Order(StringComparer.OrdinalIgnoreCase));
                Assert.Equal(form.IncludeTotal ? expected.Length : null, page.Total);
            }
        }
    }

    [Fact]
    public async Task Find_AsGlobal_SeesGlobalAndPublicServersOnce()
    {
        await using var empty = await OpenEmptyAsync();
        await AddAsync(empty.Services, Sample.Server(TenantId.Global, "global") with { Visibility = ServerVisibility.Public });
        await AddAsync(empty.Services, Sample.Server(OtherTenant, "public") with { Visibility = ServerVisibility.Public });
        await AddAsync(empty.Services, Sample.Server(OtherTenant, "hidden"));

        var page = await empty.Services.GetRequiredService<IServerSearch>().FindAsync(TenantId.Global, new ServerQuery { IncludeTotal = true }, Cancellation);

        Assert.Equal(["global", "public"], Names(page));
        Assert.Equal(2, page.Total);
    }

    [Fact]
    public async Task Find_SameNamesInTwoTenants_FindsAndMatchesOnlyOwn()
    {
        await AddAsync("mine", Sample.Tool("shared", 0, "{\"of\":\"mine\"}"));
        await AddAsync(
            Sample.Server(OtherTenant, "theirs") with { Tags = ["shared"] }, Sample.Report(Sample.Tool("shared", 0, "{\"of\":\"theirs\"}"), Sample.Prompt("shared")));

        var page = await Search.FindAsync(Tenant, new ServerQuery { Tools = ["shared"], IncludeMatches = true, IncludeTotal = true }, Cancellation);

        Assert.Equal(["mine"], Names(page));
        Assert.Equal(1, page.Total);
        Assert.Equal("{\"of\":\"mine\"}"u8.ToArray(), Assert.Single(page.Servers[0].Matches).Json.ToArray());
        Assert.Empty(await FindAsync(new ServerQuery { Tags = ["shared"] }));
        Assert.Empty(await FindAsync(new ServerQuery { Prompts = ["shared"] }));
        Assert.Equal(["theirs"], await FindAsync(new ServerQuery { Tags = ["shared"] }, OtherTenant));
    }
}
