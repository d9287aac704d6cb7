using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Users;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Users;

public sealed class ExternalUsersTests
{
    private const string Issuer = "https://idp.example";

    private static readonly TenantId Tenant = new(new Guid(1, 0, 0, new byte[8]));

    private readonly InMemoryUserStore _store = new(new InMemoryDatabase(TimeProvider.System));
    private readonly ManualTimeProvider _clock = new();
    private readonly ExternalUsers _users;

    public ExternalUsersTests() => _users = new ExternalUsers(_store, new LookupLimit(Options.Create(new ApiKeyOptions()), _clock), _clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_KnownUser_IsRememberedUntilItChanges()
    {
        var user = await AddAsync("ann");
        Assert.True((await FindAsync("ann"))!.IsActive);

        await _store.UpdateAsync(Tenant, user with { IsActive = false }, null, Cancellation);
        Assert.True((await FindAsync("ann"))!.IsActive);
        await ToldAsync(user.Id);

        Assert.False((await FindAsync("ann"))!.IsActive);
    }

    [Fact]
    public async Task Find_UnknownUser_IsSeenAsSoonAsItIsAdded()
    {
        Assert.Null(await FindAsync("ann"));
        var user = await AddAsync("ann");
        Assert.Null(await FindAsync("ann"));

        await ToldAsync(user.Id);

        Assert.Equal(user.Id, (await FindAsync("ann"))!.Id);
    }

    [Fact]
    public async Task Find_SameSubjectElsewhere_IsAnother()
    {
        await AddAsync("ann");
        Assert.NotNull(await FindAsync("ann"));

        Assert.Null(await _users.FindAsync(TenantId.Global, Issuer, "ann", Cancellation));
        Assert.Null(await _users.FindAsync(Tenant, "https://other.example", "ann", Cancellation));
    }

    [Fact]
    public async Task Find_AfterLifetimeOrReload_AsksTheStore()
    {
        var user = await AddAsync("ann");
        Assert.True((await FindAsync("ann"))!.IsActive);
        var off = (await _store.UpdateAsync(Tenant, user with { IsActive = false }, null, Cancellation)).Value!;

        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False((await FindAsync("ann"))!.IsActive);
        await _store.UpdateAsync(Tenant, off with { IsActive = true }, null, Cancellation);
        await _users.ReloadAsync(Cancellation);

        Assert.True((await FindAsync("ann"))!.IsActive);
    }

    private ValueTask<User?> FindAsync(string subject) => _users.FindAsync(Tenant, Issuer, subject, Cancellation);

    private ValueTask ToldAsync(Guid id) =>
        _users.ApplyAsync(new RegistryChange { Revision = 1, Kind = RegistryChangeKind.User, Tenant = Tenant, Id = id }, Cancellation);

    private async Task<User> AddAsync(string subject) => (await _store.AddAsync(
        Tenant,
        new User
        {
            Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch),
            Tenant = Tenant,
            Username = subject,
            Email = subject + "@example.com",
            AuthProvider = Issuer,
            AuthProviderId = subject,
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        },
        null,
        Cancellation)).Value!;
}
