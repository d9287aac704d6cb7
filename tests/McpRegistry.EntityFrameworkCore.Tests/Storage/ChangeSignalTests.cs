using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class ChangeSignalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Watch_AWriteCommitsRightAfterTheFeedLooked_ItsSignalIsNotLost()
    {
        using var log = new CommandLog();
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
            builder.UseSqlite(
                $"Data Source={_folder.Combine("registry.db")}", options => options.ChangePollInterval = TimeSpan.FromMinutes(10));
        });
        var keys = host.Services.GetRequiredService<IApiKeyStore>();
        log.AfterCommand = command =>
        {
            if (command.Contains("FROM \"registry_revisions\"", StringComparison.Ordinal))
            {
                // The feed has its answer (nothing new) but has not begun to wait.
                log.AfterCommand = null;
                var write = Task.Run(async () => await keys.AddAsync(TenantId.Global, Sample.Key(TenantId.Global), null, Cancellation), Cancellation);
                ((IAsyncResult)write).AsyncWaitHandle.WaitOne(TimeSpan.FromMinutes(2));
            }
        };

        await using var watch = host.Services.GetRequiredService<IRegistryChangeFeed>()
            .WatchAsync(0, Cancellation)
            .GetAsyncEnumerator(Cancellation);

        Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2), Cancellation));
        Assert.Equal(1, watch.Current.Revision);
    }
}
