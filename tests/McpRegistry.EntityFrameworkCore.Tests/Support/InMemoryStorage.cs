using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

public sealed class InMemoryStorage : StorageFixture
{
    private protected override Task<TestHost> StartAsync() => TestHost.StartAsync(builder => builder.UseInMemory());
}
