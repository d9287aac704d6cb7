using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Servers;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>Takes rows of the version before the domain model through the upgrade, back, and through it again.</summary>
public abstract class UpgradeTests(StorageFixture storage, string time, string bytes)
{
    private const string Before = "AddChangeFeed";
    private const string Server = "0199AAAA-0000-7000-8000-00000000000A";
    private const string Other = "0199AAAA-0000-7000-8000-00000000000B";
    private const string Active = "0199AAAA-0000-7000-8000-00000000000C";
    private const string Revoked = "0199AAAA-0000-7000-8000-00000000000D";

    // EF Core formats the statement, which halves the braces.
    private const string EmptyObject = "{{}}";

    private static readonly TenantId Tenant = new(Guid.Parse("0199AAAA-0000-7000-8000-000000000001"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_RowsOfTheVersionBefore_AreReadByTodaysStores()
    {
        await using var host = await storage.OpenEmptyAsync();
        await MigrateAsync(host, Before);
        await InsertAsync(host);

        await MigrateAsync(host, null);
        await AssertReadableAsync(host);
        await MigrateAsync(host, Before);
        await MigrateAsync(host, null);
        await AssertReadableAsync(host);
    }

    private static async Task AssertReadableAsync(IEmptyStorage host)
    {
        var stored = await host.Services.GetRequiredService<IServerStore>().FindAsync(Tenant, Guid.Parse(Server), Cancellation);
        Assert.NotNull(stored);
        Assert.Equal(("Weather", 3L, ServerVisibility.Tenant), (stored.Server.Name, stored.Server.Version, stored.Server.Visibility));
        Assert.Equal(["rain", "Sun", "rain"], stored.Server.Tags);
        Assert.Equal("https://weather.example/mcp", Assert.Single(stored.Server.Endpoints).Url);
        Assert.Equal(ServerHealth.Degraded, stored.Discovery?.Health);
        Assert.Equal("forecast", Assert.Single(stored.Discovery!.Items).Key);

        await using var context = await OpenAsync(host);
        var tags = await context.ServerTags.OrderBy(row => row.Tag).Select(row => row.Tag).ToListAsync(Cancellation);
        Assert.Equal(["Sun", "rain"], tags);
        var servers = await context.Servers.OrderBy(row => row.Alias).ToListAsync(Cancellation);
        Assert.Equal([4, 1], servers.Select(row => row.HealthRank));
        Assert.All(servers, row => Assert.Equal((1e300, null), (row.ResponseOrder, row.AvgResponseTime)));

        var keys = await context.ApiKeys.OrderBy(row => row.Name).ToListAsync(Cancellation);
        Assert.Equal([true, false], keys.Select(row => row.IsActive));
        Assert.All(keys, row => Assert.Empty(row.AllowedServers));
        var key = await host.Services.GetRequiredService<IApiKeyStore>().FindByLookupIdAsync("first", Cancellation);
        Assert.Equal((Guid.Parse(Active), ApiKeyScope.Read | ApiKeyScope.Proxy), (key?.Key.Id, key?.Key.Scopes));
    }

    private static async Task MigrateAsync(IEmptyStorage host, string? target)
    {
        await using var context = await OpenAsync(host);
        await context.GetService<IMigrator>().MigrateAsync(target, Cancellation);
    }

    private static Task<RegistryDbContext> OpenAsync(IEmptyStorage host) =>
        host.Services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);

    private async Task InsertAsync(IEmptyStorage host)
    {
        var tenant = Tenant.Value.ToString().ToUpperInvariant();
        var sql =
            $$"""
            INSERT INTO mcp_servers (id, tenant_id, name, name_key, alias, tags, origin, session_isolation, enabled, health_status, created_at, updated_at, version)
            VALUES ('{{Server}}', '{{tenant}}', 'Weather', 'WEATHER', 'weather', '["rain","Sun","rain"]', 'api', 'per_principal', TRUE, 'degraded', {{time}}, {{time}}, 3),
                ('{{Other}}', '{{tenant}}', 'Other', 'OTHER', 'other', '[]', 'api', 'per_principal', TRUE, 'unhealthy', {{time}}, {{time}}, 1);
            INSERT INTO server_endpoints (id, tenant_id, server_id, ordinal, transport_type, endpoint_url, arguments, environment, weight)
            VALUES ('{{Other}}', '{{tenant}}', '{{Server}}', 0, 'streamable_http', 'https://weather.example/mcp', '[]', '{{EmptyObject}}', 100);
            INSERT INTO server_discoveries (tenant_id, server_id, health_status, completed_at, duration_us, faults, server_info, capabilities, has_items)
            VALUES ('{{tenant}}', '{{Server}}', 'degraded', {{time}}, 12, '[]', {{bytes}}, {{bytes}}, TRUE);
            INSERT INTO server_tools (id, tenant_id, server_id, name, key_hash, ordinal, definition)
            VALUES ('{{Other}}', '{{tenant}}', '{{Server}}', 'forecast', {{bytes}}, 0, {{bytes}});
            INSERT INTO api_keys (id, tenant_id, name, lookup_id, salt, key_hash, last_four, scopes, created_at, revoked_at)
            VALUES ('{{Active}}', '{{tenant}}', 'active', 'first', {{bytes}}, {{bytes}}, 'abcd', 'read proxy', {{time}}, NULL),
                ('{{Revoked}}', '{{tenant}}', 'revoked', 'second', {{bytes}}, {{bytes}}, 'abcd', 'read', {{time}}, {{time}});
            """;
        await using var context = await OpenAsync(host);
        await context.Database.ExecuteSqlRawAsync(sql, Cancellation);
    }
}

public sealed class SqliteUpgradeTests(SqliteStorage storage)
    : UpgradeTests(storage, "1790000000000000", "X'7B7D'"), IClassFixture<SqliteStorage>;

public sealed class PostgreSqlUpgradeTests(PostgreSqlStorage storage)
    : UpgradeTests(storage, "now()", @"'\x7b7d'::bytea"), IClassFixture<PostgreSqlStorage>;
