using System.Data.Common;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Support.Population;

/// <summary>A database of 100,000 servers with ten tools each, filled once for all tests of a class.</summary>
public abstract class PopulatedStorage : IAsyncLifetime
{
    public const int Servers = 100_000;

    private TestHost? _host;

    public IServiceProvider Services => _host?.Services ?? throw new InvalidOperationException("The fixture has not started.");

    /// <summary>Gets a connection beside those of the store.</summary>
    public abstract DbConnection Connection { get; }

    public async ValueTask InitializeAsync()
    {
        SentCommands.Listen();
        _host = await StartAsync();
        await Connection.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract Task<TestHost> StartAsync();
}

public sealed class PopulatedPostgreSql : PopulatedStorage
{
    private NpgsqlConnection _connection = new();

    public override DbConnection Connection => _connection;

    private protected override async Task<TestHost> StartAsync()
    {
        var cluster = await PostgreSqlCluster.StartAsync(PopulatedDatabase.PostgreSqlSettings);
        var connectionString = cluster.ConnectionString("registry");
        _connection = new NpgsqlConnection(connectionString);
        var host = await TestHost.StartAsync(builder => builder.UsePostgreSql(connectionString), async () => await cluster.DisposeAsync());
        await PopulatedDatabase.FillPostgreSqlAsync(connectionString, Servers, CancellationToken.None);
        return host;
    }
}

public sealed class PopulatedSqlite : PopulatedStorage
{
    private SqliteConnection _connection = new();

    public override DbConnection Connection => _connection;

    private protected override async Task<TestHost> StartAsync()
    {
        var folder = new TemporaryFolder();
        var connectionString = $"Data Source={folder.Combine("registry.db")}";
        _connection = new SqliteConnection(connectionString + ";Pooling=False");
        var host = await TestHost.StartAsync(
            builder => builder.UseSqlite(connectionString),
            () =>
            {
                folder.Dispose();
                return Task.CompletedTask;
            });
        await PopulatedDatabase.FillSqliteAsync(connectionString, Servers, CancellationToken.None);
        return host;
    }
}
