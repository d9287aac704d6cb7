using System.Net;
using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

/// <summary>The services of keys over the real stores in memory, with one or more replicas whose change feed is read on demand.</summary>
internal sealed class KeyWorld : IAsyncDisposable
{
    public static readonly IPAddress Here = IPAddress.Parse("203.0.113.7");

    private readonly ServiceProvider _services;
    private long _seen;

    public KeyWorld(params (string Key, string Value)[] settings)
        : this(null, settings)
    {
    }

    private KeyWorld(KeyWorld? first, (string Key, string Value)[] settings)
    {
        Clock = first?.Clock ?? new ManualTimeProvider();
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create("McpRegistry:ApiKeys:" + pair.Key, (string?)pair.Value))).Build())
            .AddSingleton<TimeProvider>(Clock);
        if (first is not null)
        {
            services.AddSingleton(first.Get<InMemoryDatabase>()).AddSingleton(first.Get<InMemoryApiKeyTable>());
        }

        new Builder(services).UseInMemory();
        services.AddSingleton<CountingApiKeyStore>().AddSingleton<InMemoryApiKeyStore>()
            .AddSingleton<IApiKeyStore>(static provider => provider.GetRequiredService<CountingApiKeyStore>());
        if (first is not null)
        {
            services.AddSingleton(first.Tenants).AddSingleton(first.Users);
        }

        _services = services.AddApiKeyValidation().AddAccessFollowing().BuildServiceProvider();
    }

    public ManualTimeProvider Clock { get; }

    public CountingApiKeyStore Store => Get<CountingApiKeyStore>();

    public ITenantStore Tenants => Get<ITenantStore>();

    public IUserStore Users => Get<IUserStore>();

    public IApiKeyValidator Validator => Get<IApiKeyValidator>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Makes another replica over the same stores.</summary>
    public KeyWorld Join(params (string Key, string Value)[] settings) => new(this, settings);

    public async Task<(string Text, ApiKey Key)> IssueAsync(Func<ApiKey, ApiKey>? change = null)
    {
        var text = ApiKeyFormat.Generate("test");
        var key = Get<ApiKeyComposer>().Compose(text, text[10..30], ApiKeyScope.Read, null);
        key = change?.Invoke(key) ?? key;
        return (text, (await Store.AddAsync(key.Tenant, key, null, Cancellation)).Value!);
    }

    /// <summary>Makes a key with the id of another and a secret that is wrong.</summary>
    public static string Wrong(string text)
    {
        string other;
        do
        {
            other = ApiKeyFormat.Generate("test");
            other = ApiKeyFormat.Seal(text[..^50] + other[^50..^7]);
        }
        while (other == text);

        return other;
    }

    public async Task<ApiKeyValidation> TryAsync(string text, IPAddress? address = null) =>
        await Validator.ValidateAsync(text, address ?? Here, Cancellation);

    public async Task<ApiKeyFailure> FailureAsync(string text, IPAddress? address = null) => (await TryAsync(text, address)).Failure;

    public async Task<TenantId> AddTenantAsync(TenantStatus status = TenantStatus.Active)
    {
        var id = new TenantId(Guid.CreateVersion7());
        var tenant = new Tenant { Id = id, Slug = id.ToString(), Name = "one", Status = status, CreatedAt = Clock.GetUtcNow(), UpdatedAt = Clock.GetUtcNow() };
        Assert.True((await Tenants.AddAsync(tenant, null, Cancellation)).Succeeded);
        return id;
    }

    public async Task<User> AddUserAsync(TenantId tenant, UserRole role)
    {
        var id = Guid.CreateVersion7();
        var user = new User
        {
            Id = id, Tenant = tenant, Username = $"{id}", Email = $"{id}@example.org", Role = role, CreatedAt = Clock.GetUtcNow(), UpdatedAt = Clock.GetUtcNow(),
        };
        return (await Users.AddAsync(tenant, user, null, Cancellation)).Value!;
    }

    /// <summary>Hands over the changes since the last time.</summary>
    public async Task FollowAsync()
    {
        foreach (var change in Get<InMemoryDatabase>().GetChanges(_seen).Changes)
        {
            _seen = change.Revision;
            foreach (var handler in _services.GetServices<IChangeHandler>())
            {
                await handler.ApplyAsync(change, Cancellation);
            }
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed record Builder(IServiceCollection Services) : IMcpRegistryBuilder;
}
