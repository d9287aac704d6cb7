using System.Diagnostics;
using McpRegistry.ApiKeys;
using McpRegistry.Hosting;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>A started host without its HTTP edge, and a signal for each change that it has applied.</summary>
internal sealed class Replica : IChangeHandler, IStartupTask, IAsyncDisposable
{
    public const string AdminKey = "the-admin-key-of-both-replicas-0123456789";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ServiceProvider _services;
    private readonly Func<Task>? _beforeFollowing;
    private long _revision;
    private volatile TaskCompletionSource _applied = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Replica(Action<IMcpRegistryBuilder> use, Func<Task>? beforeFollowing)
    {
        _beforeFollowing = beforeFollowing;
        var builder = new TestHost.Builder(new ServiceCollection());
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["McpRegistry:Bootstrap:AdminKey"] = AdminKey,
            ["McpRegistry:ApiKeys:CacheLifetime"] = "00:05:00",
            ["McpRegistry:Outbound:AllowLoopback"] = "true",
        }).Build());
        builder.Services.AddGatewayEngine().AddServerRegistry().AddUpstreams().AddSupervision().AddApiKeys();
        builder.Services.AddSingleton<IChangeHandler>(this).AddSingleton<IStartupTask>(this);
        use(builder);
        _services = builder.Services.BuildServiceProvider(validateScopes: true);
    }

    /// <summary>Gets a place in the start-up after everything is loaded and before the feed is followed.</summary>
    public int Order => int.MaxValue;

    public IServerStore Servers => _services.GetRequiredService<IServerStore>();

    public IApiKeyStore Keys => _services.GetRequiredService<IApiKeyStore>();

    public IApiKeyValidator KeyValidator => _services.GetRequiredService<IApiKeyValidator>();

    public IServerRegistrar Registrar => _services.GetRequiredService<IServerRegistrar>();

    public IServiceProvider Services => _services;

    public RegistrySnapshot Snapshot => _services.GetRequiredService<RegistrySnapshots>().Current;

    public FollowerState State => _services.GetRequiredService<RegistryFollower>().State;

    private IHostedLifecycleService Host => _services.GetServices<IHostedService>().OfType<RegistryHostService>().Single();

    public static async Task<Replica> StartAsync(Action<IMcpRegistryBuilder> use, Func<Task>? beforeFollowing = null)
    {
        var replica = new Replica(use, beforeFollowing);
        await replica.Host.StartingAsync(CancellationToken.None);
        return replica;
    }

    /// <summary>Waits for a state that changes bring about, and tells how long it took.</summary>
    public async Task<TimeSpan> WaitUntilAsync(Func<Replica, bool> condition, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var applied = _applied.Task;
            if (condition(this))
            {
                return Stopwatch.GetElapsedTime(started);
            }

            await applied.WaitAsync(Patience, cancellationToken);
        }
    }

    /// <summary>Waits until everything that is written by now has been applied here.</summary>
    public async Task<TimeSpan> CatchUpAsync(CancellationToken cancellationToken)
    {
        var head = await _services.GetRequiredService<IRevisionStore>().GetAsync(cancellationToken);
        return await WaitUntilAsync(_ => Interlocked.Read(ref _revision) >= head, cancellationToken);
    }

    public ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _revision, change.Revision);
        return ReloadAsync(cancellationToken);
    }

    public ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _applied, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return ValueTask.CompletedTask;
    }

    public Task RunAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _revision, State.Revision);
        return _beforeFollowing?.Invoke() ?? Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StoppedAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
