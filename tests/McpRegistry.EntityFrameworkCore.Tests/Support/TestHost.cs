using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

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
        var host = Build(use, cleanUp);
        await host.Services.GetRequiredService<IStorageInitializer>().InitializeAsync(CancellationToken.None);
        return host;
    }

    /// <summary>Makes a host whose store was not initialized, as before its start.</summary>
    public static TestHost Build(Action<IMcpRegistryBuilder> use, Func<Task>? cleanUp = null)
    {
        var builder = new Builder(new ServiceCollection());
        use(builder);
        return new TestHost(builder.Services.BuildServiceProvider(validateScopes: true), cleanUp ?? (() => Task.CompletedTask));
    }

    public static async Task ForgetChangesAsync(IServiceProvider services)
    {
        if (services.GetService<InMemoryDatabase>() is { } memory)
        {
            memory.ForgetChanges();
            return;
        }

        var options = services.GetRequiredService<IOptions<DatabaseStorageOptions>>().Value;
        await using var context = await services.GetRequiredService<RegistryDatabase>().OpenAsync(CancellationToken.None);
        (var retention, options.ChangeRetention) = (options.ChangeRetention, TimeSpan.Zero);
        await services.GetRequiredService<ChangePruner>().PruneAsync(context, CancellationToken.None);
        options.ChangeRetention = retention;
    }

    public Task ForgetChangesAsync() => ForgetChangesAsync(Services);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _cleanUp();
    }

    internal sealed record Builder(IServiceCollection Services) : IMcpRegistryBuilder;
}
