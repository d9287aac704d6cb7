using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

public sealed class PostgreSqlStorage(PostgreSqlServer server) : StorageFixture
{
    private protected override async Task<TestHost> StartAsync()
    {
        var connectionString = await server.NewDatabaseAsync();
        return await TestHost.StartAsync(builder => builder.UsePostgreSql(connectionString));
    }
}
