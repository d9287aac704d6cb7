using McpRegistry.Hosting;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Core.Tests.Servers;

/// <summary>The real services of the registry over a fake store and supervisor.</summary>
internal sealed class RegistryFixture : IMcpRegistryBuilder, IDisposable
{
    private readonly Dictionary<string, string?> _settings = new(StringComparer.OrdinalIgnoreCase);
    private ServiceProvider? _provider;

    public IServiceCollection Services { get; } = new ServiceCollection();

    public FakeServerStore Store { get; init; } = new();

    public FakeSupervisor Supervisor { get; } = new();

    public ManualTimeProvider Clock { get; } = new();

    public IServerRegistrar Registrar => Provider.GetRequiredService<IServerRegistrar>();

    public ServerDefinitionValidator Validator => Provider.GetRequiredService<ServerDefinitionValidator>();

    public ServiceProvider Provider => _provider ??= Build();

    public RegistryFixture With(string key, string? value)
    {
        _settings["McpRegistry:" + key] = value;
        return this;
    }

    public Task StartAsync() => Provider.GetServices<IStartupTask>().OfType<DeclaredServersTask>().Single().RunAsync(CancellationToken.None);

    public IReadOnlyList<ValidationFault> Validate(ServerDefinition definition, ServerOrigin origin = ServerOrigin.Api) =>
        Validator.Validate(definition, origin).Faults;

    public void Dispose() => _provider?.Dispose();

    private ServiceProvider Build()
    {
        Services.AddLogging();
        Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(_settings).Build());
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<IServerStore>(Store);
        Services.AddSingleton<IServerSupervisor>(Supervisor);
        Services.AddServerRegistry();
        Services.AddServerRegistry();
        return Services.BuildServiceProvider(validateScopes: true);
    }
}
