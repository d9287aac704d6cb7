using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>Writers of one process to a file take turns.</summary>
public sealed class SqliteWriteTurnTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A write that outlives its host must not wait for ever, even for the end of its own token.</summary>
    [Fact]
    public async Task Dispose_WriterWaits_ItEndsWithItsToken()
    {
        var services = new ServiceCollection();
        new TestHost.Builder(services).UseSqlite($"Data Source={_folder.Combine("turns.db")}");
        var container = services.BuildServiceProvider();
        var provider = container.GetRequiredService<IDatabaseProvider>();
        using var giveUp = new CancellationTokenSource();
        var first = await provider.EnterWriteAsync(TestContext.Current.CancellationToken);
        var second = provider.EnterWriteAsync(giveUp.Token).AsTask();

        await container.DisposeAsync();
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
        first!.Dispose();
    }
}
