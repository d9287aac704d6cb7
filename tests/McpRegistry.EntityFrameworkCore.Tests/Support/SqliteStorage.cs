using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

public sealed class SqliteStorage : StorageFixture
{
    private protected override Task<TestHost> StartAsync()
    {
        var folder = new TemporaryFolder();
        return TestHost.StartAsync(
            builder => builder.UseSqlite($"Data Source={folder.Combine("new", "folder", "registry.db")}"),
            () =>
            {
                folder.Dispose();
                return Task.CompletedTask;
            });
    }
}
