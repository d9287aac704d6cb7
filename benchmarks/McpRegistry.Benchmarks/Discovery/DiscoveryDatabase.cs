using System.Data.Common;
using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.EntityFrameworkCore.Tests.Support.Population;
using McpRegistry.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace McpRegistry.Benchmarks.Discovery;

/// <summary>A filled database of our own, with a copy of the rows that has no index.</summary>
internal sealed class DiscoveryDatabase(ServiceProvider services, DbConnection connection, Func<Task> cleanUp) : IAsyncDisposable
{
    private static (string Name, int Servers) _key;
    private static DiscoveryDatabase? _current;

    /// <summary>Gets or sets a value that tells whether the next benchmark of this process takes the same database over.</summary>
    public static bool IsShared { get; set; }

    public IServerSearch Search => services.GetRequiredService<IServerSearch>();

    /// <summary>Fills a database, or takes the last one over when it is the same.</summary>
    public static async Task<DiscoveryDatabase> StartAsync(string name, int servers)
    {
        if (_current is null || _key != (name, servers))
        {
            await CloseAsync();
            _current = await FillAsync(name, servers);
            _key = (name, servers);
        }

        return _current;
    }

    public static async Task LeaveAsync()
    {
        if (!IsShared)
        {
            await CloseAsync();
        }
    }

    public static async Task CloseAsync()
    {
        if (_current is { } database)
        {
            _current = null;
            await database.DisposeAsync();
        }
    }

    private static async Task<DiscoveryDatabase> FillAsync(string name, int servers)
    {
        var database = name == "SQLite" ? await StartSqliteAsync(servers) : await StartPostgreSqlAsync(servers);
        await database.CopyAsync();
        return database;
    }

    /// <summary>Prepares the plain question over the copy.</summary>
    public async Task<DbCommand> PreparePlainAsync(Guid tenant, string[] tools)
    {
        var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT s.id FROM plain_servers AS s JOIN plain_tools AS t ON t.server_id = s.id
            WHERE s.tenant_id = @tenant AND s.health_status = 'healthy' AND t.name IN (@first, @second)
            GROUP BY s.id, s.avg_response_time HAVING count(DISTINCT t.name) = 2
            ORDER BY s.avg_response_time LIMIT 20
            """;
        foreach (var (name, value) in new (string, object)[] { ("tenant", tenant), ("first", tools[0]), ("second", tools[1]) })
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        await command.PrepareAsync();
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await services.DisposeAsync();
        await cleanUp();
    }

    private static async Task<DiscoveryDatabase> StartSqliteAsync(int servers)
    {
        var folder = new TemporaryFolder();
        var connectionString = $"Data Source={folder.Combine("registry.db")}";
        var services = await BuildAsync(builder => builder.UseSqlite(connectionString));
        await PopulatedDatabase.FillSqliteAsync(connectionString, servers, CancellationToken.None);
        var connection = new SqliteConnection(connectionString + ";Pooling=False");
        return new DiscoveryDatabase(services, connection, () =>
        {
            folder.Dispose();
            return Task.CompletedTask;
        });
    }

    private static async Task<DiscoveryDatabase> StartPostgreSqlAsync(int servers)
    {
        var cluster = await PostgreSqlCluster.StartAsync(PopulatedDatabase.PostgreSqlSettings);
        var connectionString = cluster.ConnectionString("registry");
        var services = await BuildAsync(builder => builder.UsePostgreSql(connectionString + ";Max Auto Prepare=50"));
        await PopulatedDatabase.FillPostgreSqlAsync(connectionString, servers, CancellationToken.None);
        return new DiscoveryDatabase(services, new NpgsqlConnection(connectionString), async () => await cluster.DisposeAsync());
    }

    private static async Task<ServiceProvider> BuildAsync(Action<IMcpRegistryBuilder> use)
    {
        var builder = new Builder(new ServiceCollection());
        use(builder);
        var services = builder.Services.BuildServiceProvider();
        await services.GetRequiredService<IStorageInitializer>().InitializeAsync(CancellationToken.None);
        return services;
    }

    private async Task CopyAsync()
    {
        await connection.OpenAsync();
        foreach (var statement in new[]
        {
            "CREATE TABLE plain_servers AS SELECT id, tenant_id, name, description, health_status, avg_response_time FROM mcp_servers",
            "CREATE TABLE plain_tools AS SELECT server_id, name FROM server_tools",

            // The primary key, without which SQLite builds an index for each question.
            "CREATE UNIQUE INDEX plain_servers_key ON plain_servers (id)",
            "ANALYZE plain_servers",
            "ANALYZE plain_tools",
        })
        {
            await PopulatedDatabase.RunAsync(connection, statement, CancellationToken.None);
        }
    }

    private sealed record Builder(IServiceCollection Services) : IMcpRegistryBuilder;
}
