using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>What all writers wait for is held for as short as possible, also by a write of many rows.</summary>
public sealed class ChangeWriterTests : IDisposable
{
    private const int Rules = 250;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rotate_KeyWithManyRules_RecordsHundredsOfChangesInOneRoundTrip()
    {
        using var log = new CommandLog();
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
            builder.UseSqlite($"Data Source={_folder.Combine("registry.db")}");
        });
        var rotation = await PrepareAsync(host.Services);
        var revisions = host.Services.GetRequiredService<IRevisionStore>();
        var before = await revisions.GetAsync(Cancellation);
        log.Commands.Clear();

        Assert.True((await host.Services.GetRequiredService<IApiKeyStore>().RotateAsync(TenantId.Global, rotation, Cancellation)).Succeeded);

        Assert.Equal(2, log.Commands.Count(static command => command.Contains("INSERT INTO registry_changes", StringComparison.Ordinal)));
        Assert.Equal(before + Rules + 2, await revisions.GetAsync(Cancellation));
        Assert.Equal(before + Rules + 2, await revisions.GetAsync(TenantId.Global, Cancellation));
        var told = await host.Services.GetRequiredService<IRegistryChangeFeed>().WatchAsync(before, Cancellation).Take(Rules + 2).ToListAsync(Cancellation);
        Assert.Equal(
            [.. rotation.Rules.Select(static copy => copy.Rule.Id), rotation.Successor.Id, rotation.Old.Id],
            told.Select(static change => change.Id));
        Assert.Equal(Enumerable.Range(1, Rules + 2).Select(step => before + step), told.Select(static change => change.Revision));
    }

    private static async Task<ApiKeyRotation> PrepareAsync(IServiceProvider services)
    {
        var (server, old, successor) = (Sample.Server(TenantId.Global), Sample.Key(TenantId.Global), Sample.Key(TenantId.Global));
        Assert.True((await services.GetRequiredService<IServerStore>().AddAsync(TenantId.Global, server, null, Cancellation)).Succeeded);
        old = (await services.GetRequiredService<IApiKeyStore>().AddAsync(TenantId.Global, old, null, Cancellation)).Value!;
        var copies = new List<ApiKeyRuleCopy>();
        for (var i = 0; i < Rules; i++)
        {
            var rule = Sample.AccessRule(TenantId.Global, server.Id, AccessSubject.ForApiKey(old.Id));
            rule = (await services.GetRequiredService<IAccessRuleStore>().AddAsync(TenantId.Global, rule, null, Cancellation)).Value!;
            copies.Add(new ApiKeyRuleCopy(rule.Id, rule.Version, rule with { Id = Guid.CreateVersion7(), Subject = AccessSubject.ForApiKey(successor.Id) }));
        }

        return new ApiKeyRotation
        {
            Old = old with { ExpiresAt = old.CreatedAt.AddDays(1) },
            Successor = successor with { RotatedFrom = old.Id },
            Rules = [.. copies],
            Now = old.CreatedAt,
        };
    }
}
