using McpRegistry.Discovery;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Servers;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Discovery;

/// <summary>Which form a search takes, and what it costs to know.</summary>
public sealed class SearchFormTests : IAsyncLifetime
{
    private const string StartsFromTools = "FROM server_tools AS d CROSS JOIN mcp_servers AS s WHERE d.key_hash = @p0 AND d.tenant_id";

    private static readonly ServerQuery Query = new() { Tools = ["t", "u"], Limit = 1 };

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly TenantId _tenant = new(Guid.CreateVersion7());
    private TestHost _host = null!;

    private IServerSearch Search => _host.Services.GetRequiredService<IServerSearch>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        SentCommands.Listen();
        _host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_clock);
            builder.UseSqlite($"Data Source={_folder.Combine("registry.db")}");
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Find_FrequencyChanges_ChoosesAnewAfterAMinuteAndIsRightBefore()
    {
        await AddAsync(10);
        var rare = await FindAsync(commands: 2);
        await AddAsync(60);
        var stale = await FindAsync(commands: 1);
        _clock.Advance(TimeSpan.FromSeconds(61));
        var common = await FindAsync(commands: 3);

        Assert.Contains(StartsFromTools, rare, StringComparison.Ordinal);
        Assert.Contains(StartsFromTools, stale, StringComparison.Ordinal);
        Assert.DoesNotContain(StartsFromTools, common, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_Again_IsOneCommand()
    {
        await AddAsync(3);
        await FindAsync(commands: 2);
        await FindAsync(commands: 1);

        var sent = await SentCommands.OfAsync(async () => await Search.FindAsync(_tenant, new ServerQuery { Text = "s", Resources = ["r"] }, Cancellation));

        Assert.Single(sent);
    }

    /// <summary>Finds the first server, and returns the last of the commands that it took.</summary>
    private async Task<string> FindAsync(int commands)
    {
        ServerPage? page = null;
        var sent = await SentCommands.OfAsync(async () => page = await Search.FindAsync(_tenant, Query, Cancellation));
        Assert.Single(page!.Servers);
        Assert.NotNull(page.Next);
        Assert.Equal(commands, sent.Count);
        return sent[^1].Text;
    }

    private async Task AddAsync(int servers)
    {
        var store = _host.Services.GetRequiredService<IServerStore>();
        for (var i = 0; i < servers; i++)
        {
            var server = Sample.Server(_tenant);
            Assert.True((await store.AddAsync(_tenant, server, null, Cancellation)).Succeeded);
            await store.SaveDiscoveryAsync(_tenant, server.Id, Sample.Report(Sample.Tool("t", 0), Sample.Tool("u", 1)), Cancellation);
        }
    }
}
