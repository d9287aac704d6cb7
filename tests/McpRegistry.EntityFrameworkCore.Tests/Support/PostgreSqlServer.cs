using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>
/// The PostgreSQL of one test run. It starts with the first test that needs it: where it is not installed, those tests fail
/// and the others still run.
/// </summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private readonly Lazy<Task<PostgreSqlCluster>> _cluster = new(() => PostgreSqlCluster.StartAsync());
    private int _databases;

    public ValueTask InitializeAsync() => default;

    /// <summary>Names a database that does not exist yet; the first migration creates it.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var cluster = await _cluster.Value;
        return cluster.ConnectionString($"registry_{Interlocked.Increment(ref _databases)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated && _cluster.Value.IsCompletedSuccessfully)
        {
            await (await _cluster.Value).DisposeAsync();
        }
    }
}
