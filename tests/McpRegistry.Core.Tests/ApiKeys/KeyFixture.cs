using McpRegistry.ApiKeys;
using McpRegistry.Hosting;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.Core.Tests.ApiKeys;

/// <summary>The real services of keys over a fake store; keeps what is announced and logged.</summary>
internal sealed class KeyFixture : IAdminKeyAnnouncer, ILoggerProvider, ILogger
{
    private readonly Dictionary<string, string?> _settings = new(StringComparer.OrdinalIgnoreCase);
    private ServiceProvider? _provider;

    public FakeApiKeyStore Store { get; init; } = new();

    public ManualTimeProvider Clock { get; init; } = new();

    public List<string> Announced { get; } = [];

    public List<string> Logged { get; } = [];

    public IApiKeyValidator Validator => Provider.GetRequiredService<IApiKeyValidator>();

    public ApiKeyHasher Hasher => Provider.GetRequiredService<ApiKeyHasher>();

    public ServiceProvider Provider => _provider ??= Build();

    public KeyFixture With(string key, string? value)
    {
        _settings["McpRegistry:" + key] = value;
        return this;
    }

    public Task StartAsync() => Provider.GetServices<IStartupTask>().Single().RunAsync(CancellationToken.None);

    /// <summary>Stores a key and returns its text.</summary>
    public string Issue(ApiKeyScope scopes = ApiKeyScope.Read, string? text = null)
    {
        text ??= ApiKeyFormat.Generate("test");
        Store.Keys.Add(Provider.GetRequiredService<ApiKeyComposer>().Compose(text, $"key {Store.Keys.Count}", scopes, null));
        return text;
    }

    public async Task<ApiKeyFailure> ValidateAsync(string text) => (await Validator.ValidateAsync(text, null, CancellationToken.None)).Failure;

    public Task AnnounceAsync(string key, CancellationToken cancellationToken)
    {
        Announced.Add(key);
        return Task.CompletedTask;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Logged.Add(formatter(state, exception) + exception);

    public void Dispose() => _provider?.Dispose();

    private ServiceProvider Build() => new ServiceCollection()
        .AddSingleton<InMemoryDatabase>()
        .AddSingleton<ITenantStore, InMemoryTenantStore>()
        .AddSingleton<IUserStore, InMemoryUserStore>()
        .AddLogging(logging => logging.AddProvider(this).SetMinimumLevel(LogLevel.Trace))
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(_settings).Build())
        .AddSingleton<TimeProvider>(Clock)
        .AddSingleton<IApiKeyStore>(Store)
        .AddSingleton<IAdminKeyAnnouncer>(this)
        .AddApiKeys()
        .AddApiKeys()
        .BuildServiceProvider(validateScopes: true);
}
