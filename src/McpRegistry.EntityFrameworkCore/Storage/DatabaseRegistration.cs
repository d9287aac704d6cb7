using McpRegistry.ApiKeys;
using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.ApiKeys;
using McpRegistry.EntityFrameworkCore.Discovery;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.Servers;
using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>What every provider registers.</summary>
internal static class DatabaseRegistration
{
    /// <summary>Makes a database the store of the registry. The last call wins, whatever was chosen before.</summary>
    public static void UseDatabase(
        this IServiceCollection services, Func<IServiceProvider, IDatabaseProvider> provider, Action<DatabaseStorageOptions>? configure)
    {
        RemoveEarlierChoice(services);
        if (configure is not null)
        {
            services.AddSingleton<IConfigureOptions<DatabaseStorageOptions>>(new ChosenOptions(configure));
        }

        services.AddOptions<DatabaseStorageOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.Replace(ServiceDescriptor.Singleton(provider));
        services.TryAddSingleton<ChangePruner>();
        services.TryAddSingleton<RegistryDatabase>();
        services.Replace(ServiceDescriptor.Singleton<IServerStore, EntityFrameworkServerStore>());
        services.Replace(ServiceDescriptor.Singleton<IServerSearch, EntityFrameworkServerSearch>());
        services.Replace(ServiceDescriptor.Singleton<IApiKeyStore, EntityFrameworkApiKeyStore>());
        services.Replace(ServiceDescriptor.Singleton<IRevisionStore, EntityFrameworkRevisionStore>());
        services.Replace(ServiceDescriptor.Singleton<IRegistryChangeFeed, DatabaseChangeFeed>());
        services.Replace(ServiceDescriptor.Singleton<IStorageInitializer, StorageMigrator>());
    }

    private static void RemoveEarlierChoice(IServiceCollection services)
    {
        for (var i = services.Count - 1; i >= 0; i--)
        {
            if (!services[i].IsKeyedService && services[i].ImplementationInstance is ChosenOptions)
            {
                services.RemoveAt(i);
            }
        }
    }

    /// <summary>The options of the chosen provider, told apart from those that the host sets itself.</summary>
    private sealed class ChosenOptions(Action<DatabaseStorageOptions> configure) : IConfigureOptions<DatabaseStorageOptions>
    {
        public void Configure(DatabaseStorageOptions options) => configure(options);
    }
}
