using McpRegistry;
using McpRegistry.Storage.Conformance;
using Microsoft.Extensions.DependencyInjection;

/// <summary>Opens the store that comes with the packages, as a user of the kit would open a store of their own.</summary>
public sealed class MyStorage : IStorageFixture, IAsyncDisposable
{
    private readonly Opened _opened = new();

    public IServiceProvider Services => _opened.Services;

    public ValueTask<IEmptyStorage> OpenEmptyAsync() => new(new Opened());

    public ValueTask DisposeAsync() => _opened.DisposeAsync();

    private sealed class Opened : IEmptyStorage
    {
        private readonly ServiceProvider _services;

        public Opened()
        {
            var builder = new Builder(new ServiceCollection());
            builder.UseInMemory();
            _services = builder.Services.BuildServiceProvider();
        }

        public IServiceProvider Services => _services;

        // A store of one's own deletes its rows here. The one in memory has no door for it, so this goes through the wall.
        public Task ForgetChangesAsync()
        {
            var type = typeof(InMemoryStorageBuilderExtensions).Assembly.GetType("McpRegistry.Storage.InMemoryDatabase", throwOnError: true)!;
            type.GetMethod("ForgetChanges")!.Invoke(_services.GetRequiredService(type), null);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }

    private sealed record Builder(IServiceCollection Services) : IMcpRegistryBuilder;
}
