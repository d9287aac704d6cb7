using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.EntityFrameworkCore.Users;
using McpRegistry.Servers;
using McpRegistry.Storage;
using McpRegistry.Storage.Conformance;
using McpRegistry.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.AccessControl;

public sealed class AccessRuleCascadeTests(InMemoryStorage memory, SqliteStorage sqlite, PostgreSqlStorage postgres)
    : IClassFixture<InMemoryStorage>, IClassFixture<SqliteStorage>, IClassFixture<PostgreSqlStorage>
{
    private readonly TenantId _tenant = new(Guid.CreateVersion7());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeleteUserOrKey_InMemory_TakesTheRulesAlong()
    {
        var database = memory.Services.GetRequiredService<InMemoryDatabase>();
        await AssertRulesGoAsync(
            memory.Services,
            user =>
            {
                Record(RegistryChangeKind.User, user, RegistryChangeOperation.Saved);
                return Task.CompletedTask;
            },
            (user, key) =>
            {
                Record(RegistryChangeKind.User, user, RegistryChangeOperation.Deleted);
                Record(RegistryChangeKind.ApiKey, key, RegistryChangeOperation.Deleted);
                return Task.CompletedTask;
            });

        void Record(RegistryChangeKind kind, Guid id, RegistryChangeOperation operation)
        {
            lock (database.Gate)
            {
                database.Record_NeedsLock(_tenant, kind, id, operation);
            }
        }
    }

    [Fact]
    public Task DeleteUserOrKey_Sqlite_TakesTheRulesAlong() => AssertRulesGoInDatabaseAsync(sqlite.Services);

    [Fact]
    public Task DeleteUserOrKey_PostgreSql_TakesTheRulesAlong() => AssertRulesGoInDatabaseAsync(postgres.Services);

    private async Task AssertRulesGoInDatabaseAsync(IServiceProvider services)
    {
        var database = services.GetRequiredService<RegistryDatabase>();
        await AssertRulesGoAsync(
            services,
            async user =>
            {
                await using var context = await database.OpenAsync(Cancellation);
                context.Users.Add(NewUser(user));
                await context.SaveChangesAsync(Cancellation);
            },
            async (user, key) =>
            {
                await using var context = await database.OpenAsync(Cancellation);
                Assert.Equal(1, await context.Users.Where(x => x.Id == user).ExecuteDeleteAsync(Cancellation));
                Assert.Equal(1, await context.ApiKeys.Where(x => x.Id == key).ExecuteDeleteAsync(Cancellation));
            });
    }

    private async Task AssertRulesGoAsync(IServiceProvider services, Func<Guid, Task> addUser, Func<Guid, Guid, Task> deleteBoth)
    {
        var rules = services.GetRequiredService<IAccessRuleStore>();
        var server = Sample.Server(_tenant);
        var key = Sample.Key(_tenant);
        var user = Guid.CreateVersion7();
        Assert.True((await services.GetRequiredService<IServerStore>().AddAsync(_tenant, server, null, Cancellation)).Succeeded);
        Assert.True((await services.GetRequiredService<IApiKeyStore>().AddAsync(_tenant, key, null, Cancellation)).Succeeded);
        await addUser(user);
        foreach (var subject in new[] { AccessSubject.ForUser(user), AccessSubject.ForApiKey(key.Id), AccessSubject.ForTenant(new(user)) })
        {
            Assert.True((await rules.AddAsync(_tenant, Sample.AccessRule(_tenant, server.Id, subject), null, Cancellation)).Succeeded);
        }

        Assert.Equal(AccessSubject.ForUser(user), Assert.Single(await ListAsync(AccessSubject.ForUser(user))).Subject);
        await deleteBoth(user, key.Id);

        Assert.Empty(await ListAsync(AccessSubject.ForUser(user)));
        Assert.Empty(await ListAsync(AccessSubject.ForApiKey(key.Id)));
        Assert.Single(await rules.ListByServerAsync(_tenant, server.Id, null, 10, Cancellation));

        ValueTask<IReadOnlyList<AccessRule>> ListAsync(AccessSubject subject) => rules.ListBySubjectAsync(_tenant, subject, null, 10, Cancellation);
    }

    private UserEntity NewUser(Guid id) => new()
    {
        Id = id,
        TenantId = _tenant.Value,
        Username = "ada",
        UsernameKey = "ADA",
        Email = "ada@example.com",
        EmailKey = "ADA@EXAMPLE.COM",
        Metadata = "{}",
    };
}
