using McpRegistry.Sessions;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IGatewaySessionStore"/> promises.</summary>
public abstract class GatewaySessionStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private const int Racers = 50;

    private IGatewaySessionStore Sessions => Get<IGatewaySessionStore>();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_Session_ReadsBackAsReturned(bool full)
    {
        var session = full ? Sample.FullSession(Tenant) : Sample.Session(Tenant);

        var added = await AddAsync(session);

        Assert.Equal(
            Describe.Session(session with
            {
                CreatedAt = added.CreatedAt, LastActivity = added.LastActivity, ExpiresAt = added.ExpiresAt, RevokedAt = added.RevokedAt,
            }),
            Describe.Session(added));
        Assert.Equal(session.ExpiresAt, added.ExpiresAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(Describe.Session(added), Describe.Session(await FindAsync(session)));
    }

    [Fact]
    public async Task Add_TakenValues_ConflictOnTheirField()
    {
        var session = await AddAsync(Sample.Session(Tenant));

        var hash = await Sessions.AddAsync(Tenant, Sample.Session(Tenant) with { Hash = session.Hash }, Cancellation);
        var id = await Sessions.AddAsync(OtherTenant, Sample.Session(OtherTenant) with { Id = session.Id }, Cancellation);

        Assert.Equal((StoreOutcome.Conflict, "sessionHash"), (hash.Outcome, hash.ConflictField));
        Assert.Equal((StoreOutcome.Conflict, "id"), (id.Outcome, id.ConflictField));
        await AddAsync(Sample.Session(OtherTenant) with { Hash = session.Hash });
    }

    [Fact]
    public async Task Add_SameHashConcurrently_ExactlyOneWins()
    {
        var hash = Sample.Session(Tenant).Hash;
        var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(
            async () => await Sessions.AddAsync(Tenant, Sample.Session(Tenant) with { Hash = hash }, Cancellation))));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(Racers - 1, results.Count(result => result is { Outcome: StoreOutcome.Conflict, ConflictField: "sessionHash" }));
    }

    [Fact]
    public async Task AnyMethod_OtherTenant_SeesAndChangesNothing()
    {
        var session = await AddAsync(Sample.Session(Tenant) with { UserId = Guid.CreateVersion7() });
        var late = session.ExpiresAt.AddDays(1);

        foreach (var stranger in (TenantId[])[OtherTenant, TenantId.Global])
        {
            Assert.Null(await Sessions.FindByHashAsync(stranger, session.Hash, Cancellation));
            Assert.Equal(0, await Sessions.TouchAsync(stranger, [new SessionActivity(session.Id, late, late)], Cancellation));
            Assert.False(await Sessions.RevokeAsync(stranger, session.Id, late, "stolen", Cancellation));
            Assert.Empty(await Sessions.ListActiveAsync(stranger, session.UserId!.Value, session.CreatedAt, null, 10, Cancellation));
        }

        Assert.Equal(Describe.Session(session), Describe.Session(await FindAsync(session)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Sessions.AddAsync(OtherTenant, Sample.Session(Tenant), Cancellation));
    }

    [Fact]
    public async Task Touch_Sessions_OnlyMoveForward()
    {
        var first = await AddAsync(Sample.Session(Tenant));
        var second = await AddAsync(Sample.Session(Tenant));
        var revoked = await AddAsync(Sample.FullSession(Tenant));
        var later = first.LastActivity.AddMinutes(5);

        var alive = await Sessions.TouchAsync(
            Tenant,
            [
                new SessionActivity(second.Id, second.LastActivity.AddMinutes(-5), second.ExpiresAt.AddMinutes(-5)),
                new SessionActivity(first.Id, later, first.ExpiresAt.AddMinutes(5)),
                new SessionActivity(revoked.Id, later, later),
                new SessionActivity(Guid.CreateVersion7(), later, later),
            ],
            Cancellation);

        Assert.Equal(2, alive);
        Assert.Equal(
            Describe.Session(first with { LastActivity = later, ExpiresAt = first.ExpiresAt.AddMinutes(5) }), Describe.Session(await FindAsync(first)));
        Assert.Equal(Describe.Session(second), Describe.Session(await FindAsync(second)));
        Assert.Equal(Describe.Session(revoked), Describe.Session(await FindAsync(revoked)));
        Assert.Equal(0, await Sessions.TouchAsync(Tenant, [], Cancellation));
    }

    [Fact]
    public async Task Revoke_Session_KeepsItsFirstReason()
    {
        var session = await AddAsync(Sample.Session(Tenant) with { UserId = Guid.CreateVersion7() });
        var at = session.CreatedAt.AddMinutes(1);

        Assert.True(await Sessions.RevokeAsync(Tenant, session.Id, at, "signed out", Cancellation));
        Assert.False(await Sessions.RevokeAsync(Tenant, session.Id, at.AddMinutes(1), "again", Cancellation));
        Assert.False(await Sessions.RevokeAsync(Tenant, Guid.CreateVersion7(), at, null, Cancellation));

        Assert.Equal(
            Describe.Session(session with { RevokedAt = at, RevokedReason = "signed out" }), Describe.Session(await FindAsync(session)));
        Assert.Empty(await Sessions.ListActiveAsync(Tenant, session.UserId!.Value, session.CreatedAt, null, 10, Cancellation));
    }

    [Fact]
    public async Task ListActive_PagesWhileRowsChange_NoGapAndNoRepeat()
    {
        var user = Guid.CreateVersion7();
        var sessions = new List<GatewaySession>();
        for (var i = 0; i < 7; i++)
        {
            sessions.Add(await AddAsync(Sample.Session(Tenant) with { UserId = user }));
        }

        await AddAsync(Sample.Session(Tenant) with { UserId = user, ExpiresAt = sessions[0].CreatedAt });
        await AddAsync(Sample.FullSession(Tenant) with { UserId = user });
        await AddAsync(Sample.Session(Tenant));
        var now = sessions[0].CreatedAt.AddMinutes(1);
        var expected = sessions.Select(session => session.Id).Order().ToList();

        var first = await Sessions.ListActiveAsync(Tenant, user, now, null, 3, Cancellation);
        await Sessions.RevokeAsync(Tenant, first[2].Id, now, null, Cancellation);
        var rest = await Sessions.ListActiveAsync(Tenant, user, now, first[2].Id, 100, Cancellation);

        Assert.Equal(expected, [.. first.Select(session => session.Id), .. rest.Select(session => session.Id)]);
        Assert.Empty(await Sessions.ListActiveAsync(Tenant, user, sessions[^1].ExpiresAt, null, 10, Cancellation));
    }

    [Fact]
    public async Task DeleteExpired_Batches_DeleteOnlyWhatIsOver()
    {
        await using var empty = await OpenEmptyAsync();
        var store = empty.Services.GetRequiredService<IGatewaySessionStore>();
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < 5; i++)
        {
            var owner = i % 2 == 0 ? Tenant : OtherTenant;
            Assert.True((await store.AddAsync(owner, Sample.Session(owner) with { ExpiresAt = now.AddMinutes(-1) }, Cancellation)).Succeeded);
        }

        var kept = Sample.Session(Tenant) with { ExpiresAt = now.AddMinutes(1) };
        Assert.True((await store.AddAsync(Tenant, kept, Cancellation)).Succeeded);

        Assert.Equal(3, await store.DeleteExpiredAsync(now, 3, Cancellation));
        Assert.Equal(2, await store.DeleteExpiredAsync(now, 3, Cancellation));
        Assert.Equal(0, await store.DeleteExpiredAsync(now, 3, Cancellation));
        Assert.NotNull(await store.FindByHashAsync(Tenant, kept.Hash, Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task Limits_OutOfRange_Throw(int limit)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await Sessions.ListActiveAsync(Tenant, Guid.Empty, DateTimeOffset.UnixEpoch, null, limit, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await Sessions.DeleteExpiredAsync(DateTimeOffset.UnixEpoch, limit, Cancellation));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Add_HostileText_ComesBackUnchanged(string text)
    {
        var session = await AddAsync(Sample.FullSession(Tenant) with
        {
            Principal = text, ProtocolVersion = text, ClientName = text, ClientVersion = text, IpAddress = text, UserAgent = text, RevokedReason = text,
        });

        var found = await FindAsync(session);

        Assert.Equal(Describe.Session(session), Describe.Session(found));
        Assert.Equal([text, text, text], [found!.Principal, found.ClientName!, found.UserAgent!]);
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        var session = await AddAsync(Sample.Session(Tenant));
        var late = session.ExpiresAt.AddDays(1);
        var other = Sample.Session(Tenant);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Sessions.AddAsync(Tenant, other, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await FindAsync(session, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Sessions.TouchAsync(Tenant, [new SessionActivity(session.Id, late, late)], Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Sessions.RevokeAsync(Tenant, session.Id, late, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Sessions.ListActiveAsync(Tenant, session.Id, late, null, 1, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Sessions.DeleteExpiredAsync(late, 1, Cancelled));

        Assert.Null(await FindAsync(other));
        Assert.Equal(Describe.Session(session), Describe.Session(await FindAsync(session)));
    }

    [Fact]
    public async Task HundredOperations_AtOnce_AllSucceedAndRaiseNoRevision()
    {
        var revision = await Revisions.GetAsync(Tenant, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 34).Select(i => Task.Run(async () =>
        {
            var session = await AddAsync(Sample.Session(Tenant));
            var at = session.LastActivity.AddSeconds(i);
            Assert.Equal(1, await Sessions.TouchAsync(Tenant, [new SessionActivity(session.Id, at, at)], Cancellation));
            Assert.True(await Sessions.RevokeAsync(Tenant, session.Id, at, null, Cancellation));
        })));

        Assert.Equal(revision, await Revisions.GetAsync(Tenant, Cancellation));
    }

    private ValueTask<GatewaySession?> FindAsync(GatewaySession session, CancellationToken? cancellation = null) =>
        Sessions.FindByHashAsync(session.Tenant, session.Hash, cancellation ?? Cancellation);

    private async Task<GatewaySession> AddAsync(GatewaySession session)
    {
        var result = await Sessions.AddAsync(session.Tenant, session, Cancellation);
        Assert.True(result.Succeeded, $"{result.Outcome} {result.ConflictField}");
        return result.Value;
    }
}
