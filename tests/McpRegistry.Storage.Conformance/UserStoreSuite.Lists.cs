using McpRegistry.Users;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <content>Lists, cancellation, concurrency and the change feed.</content>
public abstract partial class UserStoreSuite
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public async Task List_Pages_AreInCodePointOrderIgnoringCase(int limit)
    {
        foreach (var name in new[] { "b", "\uFF5E", "C", "😀", "a", "é", "A b", "_" })
        {
            await AddAsync(Sample.User(Tenant, name));
        }

        Assert.Equal(["a", "A b", "b", "C", "_", "é", "\uFF5E", "😀"], await ReadNamesAsync(new UserQuery { Limit = limit }));
    }

    [Fact]
    public async Task List_HostileNames_NoGapAndNoRepeat()
    {
        var names = HostileTexts.Select(row => row.Data).ToList();
        foreach (var name in names)
        {
            await AddAsync(Sample.User(Tenant, name));
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), (await ReadNamesAsync(new UserQuery { Limit = 2 })).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_RowsChangeBetweenPages_NeverSkipsOrRepeatsTheOthers()
    {
        foreach (var name in new[] { "b", "d", "f", "h" })
        {
            await AddAsync(Sample.User(Tenant, name));
        }

        var first = await Users.ListAsync(Tenant, new UserQuery { Limit = 2 }, Cancellation);
        await AddAsync(Sample.User(Tenant, "a"));
        await AddAsync(Sample.User(Tenant, "e"));
        await Users.DeleteAsync(Tenant, first[1].Id, null, Cancellation);
        var second = await Users.ListAsync(Tenant, new UserQuery { AfterUsername = "D" }, Cancellation);

        Assert.Equal(["b", "d"], first.Select(user => user.Username));
        Assert.Equal(["e", "f", "h"], second.Select(user => user.Username));
    }

    [Fact]
    public async Task List_Filters_ReturnOnlyWhatFits()
    {
        await AddAsync(Sample.User(Tenant, "admin") with { Role = UserRole.Admin });
        await AddAsync(Sample.User(Tenant, "gone-admin") with { Role = UserRole.Admin, IsActive = false });
        await AddAsync(Sample.User(Tenant, "reader") with { Role = UserRole.ReadOnly });
        await AddAsync(Sample.User(Tenant, "user"));

        Assert.Equal(["admin", "gone-admin"], await ReadNamesAsync(new UserQuery { Role = UserRole.Admin, Limit = 1 }));
        Assert.Equal(["user"], await ReadNamesAsync(new UserQuery { Role = UserRole.User }));
        Assert.Equal(["gone-admin"], await ReadNamesAsync(new UserQuery { IsActive = false }));
        Assert.Equal(["admin"], await ReadNamesAsync(new UserQuery { Role = UserRole.Admin, IsActive = true }));
        Assert.Empty(await ReadNamesAsync(new UserQuery { Role = UserRole.Service }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await Users.ListAsync(Tenant, new UserQuery { Limit = limit }, Cancellation));

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var user = await AddAsync(Sample.FullUser(Tenant));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Users.AddAsync(Tenant, Sample.User(Tenant), null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Users.UpdateAsync(Tenant, user with { FullName = "x" }, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Users.FindAsync(Tenant, user.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Users.FindByUsernameAsync(Tenant, user.Username, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Users.FindByEmailAsync(Tenant, user.Email, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Users.FindByExternalIdAsync(Tenant, "a", "b", Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Users.ListAsync(Tenant, new UserQuery(), Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Users.DeleteAsync(Tenant, user.Id, null, Cancelled));

        Assert.Equal(Describe.User(user), Describe.User(Assert.Single(await Users.ListAsync(Tenant, new UserQuery(), Cancellation))));
    }

    [Fact]
    public async Task Writes_RaiseTheRevisionAndAreTold_FailuresAreNot()
    {
        var start = await Revisions.GetAsync(Cancellation);
        var user = await AddAsync(Sample.User(Tenant));
        Assert.True((await Users.UpdateAsync(Tenant, user, null, Cancellation)).Succeeded);
        Assert.False((await Users.UpdateAsync(Tenant, user, null, Cancellation)).Succeeded);
        Assert.False((await Users.AddAsync(Tenant, Sample.User(Tenant, user.Username), null, Cancellation)).Succeeded);
        Assert.True((await Users.DeleteAsync(Tenant, user.Id, null, Cancellation)).Succeeded);
        Assert.False((await Users.DeleteAsync(Tenant, user.Id, null, Cancellation)).Succeeded);

        Assert.Equal(3, await Revisions.GetAsync(Tenant, Cancellation));
        Assert.Equal(
            [RegistryChangeOperation.Saved, RegistryChangeOperation.Saved, RegistryChangeOperation.Deleted],
            await TakeOperationsAsync(start, Tenant, RegistryChangeKind.User, user.Id, 3));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceed()
    {
        await Task.WhenAll(Enumerable.Range(0, 34).Select(i => Task.Run(async () =>
        {
            var user = await AddAsync(Sample.User(Tenant));
            Assert.True((await Users.UpdateAsync(Tenant, user with { Username = $"user {i}" }, null, Cancellation)).Succeeded);
            Assert.Equal(user.Id, (await Users.FindByUsernameAsync(Tenant, $"USER {i}", Cancellation))?.Id);
        })));

        Assert.Equal(34, (await Users.ListAsync(Tenant, new UserQuery(), Cancellation)).Count);
    }

    private async Task<List<string>> ReadNamesAsync(UserQuery query)
    {
        var names = new List<string>();
        while (true)
        {
            var page = await Users.ListAsync(Tenant, query, Cancellation);
            Assert.True(page.Count <= query.Limit);
            names.AddRange(page.Select(user => user.Username));
            if (page.Count < query.Limit)
            {
                return names;
            }

            query = query with { AfterUsername = names[^1] };
        }
    }
}
