using McpRegistry.Tenancy;
using McpRegistry.Users;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IUserStore"/> promises.</summary>
public abstract partial class UserStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const int Racers = 50;

    private IUserStore Users => Get<IUserStore>();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_User_ReadsBackAsReturned(bool full)
    {
        var user = full ? Sample.FullUser(Tenant) : Sample.User(Tenant);

        var added = await AddAsync(user);

        Assert.Equal(Describe.User(user with { CreatedAt = added.CreatedAt, UpdatedAt = added.UpdatedAt, Version = 1 }), Describe.User(added));
        Assert.Equal(user.UpdatedAt, added.UpdatedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(Describe.User(added), Describe.User(await Users.FindAsync(Tenant, user.Id, Cancellation)));
        Assert.Equal(Describe.User(added), Describe.User(Assert.Single(await Users.ListAsync(Tenant, new UserQuery(), Cancellation))));
    }

    [Fact]
    public async Task Find_OtherCase_FindsByNameAndEmailButNotBySubject()
    {
        var user = await AddAsync(Sample.User(Tenant, "Zoë.Müller", "Zoë@Example.com") with { AuthProvider = "azure", AuthProviderId = "AbC" });

        Assert.Equal(user.Id, (await Users.FindByUsernameAsync(Tenant, "zOË.mÜLLER", Cancellation))?.Id);
        Assert.Equal(user.Id, (await Users.FindByEmailAsync(Tenant, "ZOË@EXAMPLE.COM", Cancellation))?.Id);
        Assert.Equal(user.Id, (await Users.FindByExternalIdAsync(Tenant, "azure", "AbC", Cancellation))?.Id);
        Assert.Null(await Users.FindByExternalIdAsync(Tenant, "azure", "abc", Cancellation));
        Assert.Null(await Users.FindByExternalIdAsync(Tenant, "github", "AbC", Cancellation));
        Assert.Null(await Users.FindByUsernameAsync(Tenant, "Zo_.M%", Cancellation));
    }

    [Fact]
    public async Task AnyMethod_OtherTenant_SeesAndChangesNothing()
    {
        var user = await AddAsync(Sample.FullUser(Tenant));

        foreach (var stranger in (TenantId[])[OtherTenant, TenantId.Global])
        {
            Assert.Null(await Users.FindAsync(stranger, user.Id, Cancellation));
            Assert.Null(await Users.FindByUsernameAsync(stranger, user.Username, Cancellation));
            Assert.Null(await Users.FindByEmailAsync(stranger, user.Email, Cancellation));
            Assert.Null(await Users.FindByExternalIdAsync(stranger, user.AuthProvider!, user.AuthProviderId!, Cancellation));
            Assert.DoesNotContain(await Users.ListAsync(stranger, new UserQuery(), Cancellation), listed => listed.Id == user.Id);
            Assert.Equal(StoreOutcome.NotFound, (await Users.UpdateAsync(stranger, user with { Tenant = stranger, FullName = "stolen" }, null, Cancellation)).Outcome);
            Assert.False((await Users.DeleteAsync(stranger, user.Id, null, Cancellation)).Succeeded);
        }

        Assert.Equal(Describe.User(user), Describe.User(await Users.FindAsync(Tenant, user.Id, Cancellation)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Users.AddAsync(OtherTenant, Sample.User(Tenant), null, Cancellation));
    }

    [Fact]
    public async Task Add_TakenValues_ConflictOnTheirField()
    {
        var user = await AddAsync(Sample.FullUser(Tenant));

        var taken = new (string Field, User User)[]
        {
            ("username", Sample.User(Tenant, username: user.Username.ToUpperInvariant())),
            ("email", Sample.User(Tenant, email: user.Email.ToUpperInvariant())),
            ("authProviderId", Sample.User(Tenant) with { AuthProvider = user.AuthProvider, AuthProviderId = user.AuthProviderId }),
            ("id", Sample.User(Tenant) with { Id = user.Id }),
        };
        foreach (var (field, other) in taken)
        {
            var result = await Users.AddAsync(Tenant, other, null, Cancellation);
            Assert.Equal((StoreOutcome.Conflict, field), (result.Outcome, result.ConflictField));
        }

        await AddAsync(Sample.FullUser(OtherTenant) with { Username = user.Username, Email = user.Email, AuthProviderId = user.AuthProviderId });
        await AddAsync(Sample.User(Tenant) with { AuthProvider = "azure" });
        await AddAsync(Sample.User(Tenant) with { AuthProvider = "azure" });
    }

    [Theory]
    [InlineData("username")]
    [InlineData("email")]
    public async Task Add_SameValueConcurrently_ExactlyOneWins(string field)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(i => Task.Run(async () => await Users.AddAsync(
            Tenant,
            field == "email" ? Sample.User(Tenant, email: i % 2 == 0 ? "a@x.y" : "A@X.Y") : Sample.User(Tenant, username: i % 2 == 0 ? "race" : "RACE"),
            null, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result.Outcome == StoreOutcome.Conflict && result.ConflictField == field));
    }

    [Fact]
    public async Task Update_User_ReplacesAllButIdTenantAndCreationTime()
    {
        var user = await AddAsync(Sample.User(Tenant));
        var wanted = Sample.FullUser(Tenant) with { Id = user.Id, CreatedAt = user.CreatedAt.AddYears(-1), Version = 1 };

        var result = await Users.UpdateAsync(Tenant, wanted, null, Cancellation);

        Assert.True(result.Succeeded);
        Assert.Equal(
            Describe.User(wanted with { CreatedAt = user.CreatedAt, UpdatedAt = result.Value.UpdatedAt, Version = 2 }), Describe.User(result.Value));
        Assert.Equal(Describe.User(result.Value), Describe.User(await Users.FindByUsernameAsync(Tenant, wanted.Username, Cancellation)));
        Assert.Null(await Users.FindByUsernameAsync(Tenant, user.Username, Cancellation));
        Assert.Null(await Users.FindByEmailAsync(Tenant, user.Email, Cancellation));
    }

    [Fact]
    public async Task Update_TakenStaleOrUnknown_ChangesNothing()
    {
        var other = await AddAsync(Sample.FullUser(Tenant));
        var user = await AddAsync(Sample.User(Tenant));

        var name = await Users.UpdateAsync(Tenant, user with { Username = other.Username }, null, Cancellation);
        var email = await Users.UpdateAsync(Tenant, user with { Email = other.Email }, null, Cancellation);
        var subject = await Users.UpdateAsync(Tenant, user with { AuthProvider = other.AuthProvider, AuthProviderId = other.AuthProviderId }, null, Cancellation);
        var stale = await Users.UpdateAsync(Tenant, user with { FullName = "x", Version = 7 }, null, Cancellation);
        var unknown = await Users.UpdateAsync(Tenant, Sample.User(Tenant), null, Cancellation);

        Assert.Equal(["username", "email", "authProviderId"], [name.ConflictField!, email.ConflictField!, subject.ConflictField!]);
        Assert.Equal([StoreOutcome.Stale, StoreOutcome.NotFound], [stale.Outcome, unknown.Outcome]);
        Assert.Equal(Describe.User(user), Describe.User(await Users.FindAsync(Tenant, user.Id, Cancellation)));
    }

    [Fact]
    public async Task Update_OwnNameInOtherCase_IsNoConflict()
    {
        var user = await AddAsync(Sample.User(Tenant, "case", "case@example.com"));

        var result = await Users.UpdateAsync(Tenant, user with { Username = "CASE", Email = "CASE@example.com" }, null, Cancellation);

        Assert.Equal("CASE", result.Value?.Username);
        Assert.Equal("CASE@example.com", (await Users.FindByEmailAsync(Tenant, "case@example.com", Cancellation))?.Email);
    }

    [Fact]
    public async Task Delete_User_IsGoneAndItsValuesFree()
    {
        var user = await AddAsync(Sample.FullUser(Tenant));

        Assert.True((await Users.DeleteAsync(Tenant, user.Id, null, Cancellation)).Succeeded);
        Assert.False((await Users.DeleteAsync(Tenant, user.Id, null, Cancellation)).Succeeded);
        Assert.Null(await Users.FindByExternalIdAsync(Tenant, user.AuthProvider!, user.AuthProviderId!, Cancellation));
        await AddAsync(user);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        await AddAsync(Sample.User(Tenant, text, text) with { FullName = text, AuthProvider = text, AuthProviderId = text });

        foreach (var found in (User?[])
        [
            await Users.FindByUsernameAsync(Tenant, text, Cancellation),
            await Users.FindByEmailAsync(Tenant, text, Cancellation),
            await Users.FindByExternalIdAsync(Tenant, text, text, Cancellation),
        ])
        {
            Assert.Equal([text, text, text, text, text], [found!.Username, found.Email, found.FullName!, found.AuthProvider!, found.AuthProviderId!]);
        }
    }

    [Theory]
    [MemberData(nameof(RefusedJson))]
    public async Task Write_MetadataThatNoStoreKeeps_Throws(string metadata)
    {
        var user = await AddAsync(Sample.User(Tenant));

        await Assert.ThrowsAsync<ArgumentException>(async () => await Users.AddAsync(Tenant, Sample.User(Tenant) with { Metadata = metadata }, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Users.UpdateAsync(Tenant, user with { Metadata = metadata }, null, Cancellation));
    }

    [Fact]
    public async Task Add_HostileMetadata_ComesBackOrIsRefused()
    {
        const string metadata = """{"nul \u0000":"in \u0000 side","four":"😀","n":-12.5}""";
        var user = await AddAsync(Sample.User(Tenant) with { Metadata = metadata });

        Assert.Equal(Describe.Json(metadata), Describe.Json((await Users.FindAsync(Tenant, user.Id, Cancellation))!.Metadata));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Users.AddAsync(Tenant, Sample.User(Tenant) with { Metadata = "{" }, null, Cancellation));
    }

    private async Task<User> AddAsync(User user)
    {
        var result = await Users.AddAsync(user.Tenant, user, null, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }
}
