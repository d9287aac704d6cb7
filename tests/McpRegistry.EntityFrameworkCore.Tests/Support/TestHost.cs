using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>The services of a host, as far as storage goes.</summary>
internal sealed class TestHost : IEmptyStorage
{
    private readonly ServiceProvider _services;
    private readonly Func<Task> _cleanUp;

    private TestHost(ServiceProvider services, Func<Task> cleanUp)
    {
        _services = services;
        _cleanUp = cleanUp;
    }

    public IServiceProvider Services => _services;

    public static async Task<TestHost> StartAsync(Action<IMcpRegistryBuilder> use, Func<Task>? cleanUp = null)
    {
        var builder = new Builder(new ServiceCollection());
        use(builder);
        var host = new TestHost(builder.Services.BuildServiceProvider(validateScopes: true), cleanUp ?? (() => Task.CompletedTask));
        await host.Services.GetRequiredService<IStorageInitializer>().InitializeAsync(CancellationToken.None);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _cleanUp();
    }

    internal sealed record Builder(IServiceCollection Services) : IMcpRegistryBuilder;
}
