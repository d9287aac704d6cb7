using McpRegistry;
using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
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
        // More than the store in memory keeps.
        private const int ManyChanges = 20_001;

        private readonly ServiceProvider _services;

        public Opened()
        {
            var builder = new Builder(new ServiceCollection());
            builder.UseInMemory();
            _services = builder.Services.BuildServiceProvider();
        }

        public IServiceProvider Services => _services;

        public async Task ForgetChangesAsync()
        {
            var keys = _services.GetRequiredService<IApiKeyStore>();
            var key = Sample.Key(new TenantId(Guid.CreateVersion7()));
            await keys.AddAsync(key.Tenant, key, CancellationToken.None);
            for (var i = 0; i < ManyChanges; i++)
            {
                await keys.UpdateAsync(key.Tenant, key, CancellationToken.None);
            }
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }

    private sealed record Builder(IServiceCollection Services) : IMcpRegistryBuilder;
}
