using McpRegistry.Storage;
using McpRegistry.Writers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.StorageDrill;

/// <summary>One host's view of the store, as far as storage goes.</summary>
internal sealed class DrillStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private DrillStore(ServiceProvider services) => _services = services;

    public static async Task<DrillStore> OpenAsync(string kind, string connection, CancellationToken cancellationToken)
    {
        var builder = new Builder(new ServiceCollection());
        _ = kind switch
        {
            "sqlite" => builder.UseSqlite(connection),
            "postgresql" => builder.UsePostgreSql(connection),
            _ => throw new ArgumentException($"'{kind}' is neither sqlite nor postgresql.", nameof(kind)),
        };
        builder.Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        builder.Services.AddWriters();
        var store = new DrillStore(builder.Services.BuildServiceProvider());
        await store.Get<IStorageInitializer>().InitializeAsync(cancellationToken);
        return store;
    }

    public T Get<T>()
        where T : notnull =>
        _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed record Builder(IServiceCollection Services) : IMcpRegistryBuilder;
}
