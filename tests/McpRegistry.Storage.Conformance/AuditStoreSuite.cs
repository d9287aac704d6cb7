using McpRegistry.Auditing;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IAuditStore"/> promises.</summary>
public abstract partial class AuditStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private IAuditStore Audit => Get<IAuditStore>();

    [Fact]
    public async Task Append_FullAndMinimalEvent_ComeBack()
    {
        var full = Sample.FullAuditEvent(Tenant);
        var minimal = Sample.AuditEvent(Tenant);

        await Audit.AppendAsync([minimal, full], Cancellation);

        var found = await FindAsync(new AuditQuery());
        Assert.Equal([Describe.AuditEvent(full), Describe.AuditEvent(minimal)], found.Select(Describe.AuditEvent));
    }

    [Fact]
    public async Task Append_FinerTimeOfOtherZone_BecomesUtcMicroseconds()
    {
        var exact = Sample.Time(5).AddTicks(10);

        await Audit.AppendAsync([Sample.AuditEvent(Tenant) with { OccurredAt = exact.AddTicks(7).ToOffset(TimeSpan.FromHours(2)) }], Cancellation);

        var found = Assert.Single(await FindAsync(new AuditQuery()));
        Assert.Equal((exact, TimeSpan.Zero), (found.OccurredAt, found.OccurredAt.Offset));
    }

    [Fact]
    public async Task Append_NoEvents_IsDone() => await Audit.AppendAsync([], Cancellation);

    [Fact]
    public async Task Append_SameBatchAgain_AddsOnlyWhatIsNew()
    {
        var first = Sample.AuditEvent(Tenant, 1);
        var second = Sample.AuditEvent(Tenant, 2);
        await Audit.AppendAsync([first], Cancellation);

        await Audit.AppendAsync([first with { Action = "forged" }, second, second], Cancellation);

        Assert.Equal([second.Id, first.Id], (await FindAsync(new AuditQuery())).Select(row => row.Id));
        Assert.DoesNotContain(await FindAsync(new AuditQuery()), row => string.Equals(row.Action, "forged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Append_ManyTenants_EachSeesItsOwn()
    {
        var own = Sample.FullAuditEvent(Tenant);
        var foreign = Sample.FullAuditEvent(OtherTenant);

        await Audit.AppendAsync([own, foreign], Cancellation);

        Assert.Equal(own.Id, Assert.Single(await FindAsync(new AuditQuery())).Id);
        Assert.Equal(own.Id, Assert.Single(await Audit.SearchMcpAsync(Tenant, new AuditQuery(), Cancellation)).Id);
        Assert.Equal(foreign.Id, Assert.Single(await Audit.SearchAsync(OtherTenant, new AuditQuery(), Cancellation)).Id);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Append_HostileText_ComesBackUnchanged(string text)
    {
        var row = Sample.FullAuditEvent(Tenant) with
        {
            ActorName = text,
            Roles = [text, "user"],
            Action = text,
            ResourceType = text,
            ResourceId = text,
            ResourceName = text,
            ErrorMessage = text,
            Method = text,
            JsonRpcVersion = text,
            RequestId = text,
            TraceId = text,
            SessionId = text,
            IpAddress = text,
            UserAgent = text,
        };
        await Audit.AppendAsync([row], Cancellation);

        var found = Assert.Single(await FindAsync(new AuditQuery { Action = text, ResourceType = text, ResourceId = text }));

        Assert.Equal(Texts(row), Texts(found));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Append_HostileDetails_ComeBackUnchanged(string text)
    {
        var details = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { [text] = text });
        var row = Sample.AuditEvent(Tenant) with { Details = details };

        await Audit.AppendAsync([row], Cancellation);

        Assert.Equal(Describe.AuditEvent(row), Describe.AuditEvent(Assert.Single(await FindAsync(new AuditQuery()))));
    }

    [Theory]
    [InlineData("""{"nul \u0000":"\u0000"}""")]
    [InlineData("""{"n":[1.5e308,4.9e-324,-0.0,1e2]}""")]
    public async Task Append_DetailsAtTheLimits_AreKept(string details)
    {
        await Audit.AppendAsync([Sample.AuditEvent(Tenant) with { Details = details }], Cancellation);

        Assert.Single(await FindAsync(new AuditQuery()));
    }

    [Theory]
    [MemberData(nameof(RefusedJson))]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Append_DetailsThatNoStoreKeeps_AreRefusedBeforeTheStore(string details)
    {
        Assert.Throws<ArgumentException>(() => Sample.AuditEvent(Tenant) with { Details = details });
        Assert.Throws<ArgumentOutOfRangeException>(() => Sample.AuditEvent(Tenant) with { DurationMs = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => Sample.AuditEvent(Tenant) with { DurationMs = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => Sample.AuditEvent(Tenant) with { Source = (AuditSource)99 });

        await Audit.AppendAsync([Sample.AuditEvent(Tenant)], Cancellation);

        Assert.Single(await FindAsync(new AuditQuery()));
    }

    [Fact]
    public async Task Append_OverlongText_IsCutBetweenCharacters()
    {
        var text = new string('x', AuditEvent.MaxNameLength - 1) + "😀 and more";
        await Audit.AppendAsync([Sample.AuditEvent(Tenant, action: text) with { ErrorMessage = new string('é', 5_000) }], Cancellation);

        var found = Assert.Single(await FindAsync(new AuditQuery()));

        Assert.Equal(text[..(AuditEvent.MaxNameLength - 1)], found.Action);
        Assert.Equal(AuditEvent.MaxErrorMessageLength, found.ErrorMessage!.Length);
    }

    [Fact]
    public async Task Append_AnyEvents_RaisesNoRevision()
    {
        var before = await Revisions.GetAsync(Tenant, Cancellation);

        await Audit.AppendAsync([Sample.AuditEvent(Tenant)], Cancellation);

        Assert.Equal(before, await Revisions.GetAsync(Tenant, Cancellation));
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Audit.AppendAsync([Sample.AuditEvent(Tenant)], Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Audit.SearchAsync(Tenant, new AuditQuery(), Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Audit.SearchMcpAsync(Tenant, new AuditQuery(), Cancelled));

        Assert.Empty(await FindAsync(new AuditQuery()));
    }

    [Fact]
    public async Task HundredBatches_AtOnce_AllArrive()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
            await Audit.AppendAsync([Sample.AuditEvent(Tenant, i), Sample.AuditEvent(Tenant, i)], Cancellation))));

        Assert.Equal(200, (await FindAsync(new AuditQuery { Limit = 1000 })).Count);
    }

    private ValueTask<IReadOnlyList<AuditEvent>> FindAsync(AuditQuery query) => Audit.SearchAsync(Tenant, query, Cancellation);

    private static string?[] Texts(AuditEvent row) =>
    [
        row.ActorName, row.Roles[0], row.Action, row.ResourceType, row.ResourceId, row.ResourceName, row.ErrorMessage, row.Method,
        row.JsonRpcVersion, row.RequestId, row.TraceId, row.SessionId, row.IpAddress, row.UserAgent,
    ];
}
