using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

/// <summary>Keys in programs that do not run the gateway.</summary>
public sealed class StandaloneKeysTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddMcpRegistryApiKeys_PlainContainerWithoutConfiguration_ChecksKeys()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMcpRegistryApiKeys(options => options.LockoutThreshold = 2).UseInMemory();
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var text = await AddAsync(provider);
        var validator = provider.GetRequiredService<IApiKeyValidator>();

        Assert.True((await validator.ValidateAsync(text, null, Cancellation)).IsValid);
        Assert.False((await validator.ValidateAsync(KeyWorld.Wrong(text), null, Cancellation)).IsValid);
        Assert.True((await validator.ValidateAsync(text, null, Cancellation)).IsValid);
        await validator.ValidateAsync(KeyWorld.Wrong(text), null, Cancellation);
        await validator.ValidateAsync(KeyWorld.Wrong(text), null, Cancellation);
        Assert.Equal(ApiKeyFailure.Locked, (await validator.ValidateAsync(text, null, Cancellation)).Failure);
    }

    [Fact]
    public async Task AddMcpRegistryApiKeys_WorkerHost_FollowsARevocation()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMcpRegistryApiKeys().UseInMemory();
        var told = new Told();
        builder.Services.AddSingleton<IChangeHandler>(told);
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        var text = await AddAsync(host.Services);
        var validator = host.Services.GetRequiredService<IApiKeyValidator>();
        var key = (await validator.ValidateAsync(text, null, Cancellation)).Key!;

        var store = host.Services.GetRequiredService<IApiKeyStore>();
        await store.UpdateAsync(key.Tenant, key with { RevokedAt = key.CreatedAt }, null, Cancellation);
        await told.Second.Task.WaitAsync(Cancellation);

        Assert.Equal(ApiKeyFailure.Revoked, (await validator.ValidateAsync(text, null, Cancellation)).Failure);
        await host.StopAsync(Cancellation);
    }

    private static async Task<string> AddAsync(IServiceProvider services)
    {
        var text = ApiKeyFormat.Generate("test");
        var key = services.GetRequiredService<ApiKeyComposer>().Compose(text, "one", ApiKeyScope.Proxy, null);
        await services.GetRequiredService<IApiKeyStore>().AddAsync(key.Tenant, key, null, Cancellation);
        return text;
    }

    /// <summary>Is told after the handlers before it.</summary>
    private sealed class Told : IChangeHandler
    {
        private int _changes;

        public TaskCompletionSource Second { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
        {
            if (++_changes == 2)
            {
                Second.TrySetResult();
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask ReloadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
