using McpRegistry.Analytics;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IRequestLogStore"/> promises.</summary>
public abstract class RequestLogStoreSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private IRequestLogStore Log => Get<IRequestLogStore>();

    [Fact]
    public async Task Append_FullAndMinimalEntry_ComeBack()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var full = Sample.FullRequest(Tenant, server.Id);
        var minimal = Sample.Request(Tenant);

        await Log.AppendAsync([minimal, full], Cancellation);

        Assert.Equal([Describe.Request(full), Describe.Request(minimal)], (await ListAsync()).Select(Describe.Request));
    }

    [Fact]
    public async Task Append_GoneForeignOrGlobalServer_KeepsTheRowAndOnlyTheGlobalId()
    {
        var foreign = await AddServerAsync(Sample.Server(OtherTenant));
        var global = await AddServerAsync(Sample.Server(TenantId.Global));
        var rows = new[] { Guid.CreateVersion7(), foreign.Id, global.Id }
            .Select((server, i) => Sample.Request(Tenant, i) with { TargetServerId = server })
            .ToArray();

        await Log.AppendAsync(rows, Cancellation);

        Assert.Equal([global.Id, null, null], (await ListAsync()).Select(row => row.TargetServerId));
    }

    [Fact]
    public async Task DeleteServer_ItsRequests_StayWithoutIt()
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        await Log.AppendAsync([Sample.FullRequest(Tenant, server.Id)], Cancellation);

        Assert.True((await Servers.DeleteAsync(Tenant, server.Id, null, null, Cancellation)).Succeeded);

        Assert.Null(Assert.Single(await ListAsync()).TargetServerId);
    }

    [Fact]
    public async Task Append_SameBatchAgain_AddsOnlyWhatIsNew()
    {
        var first = Sample.Request(Tenant, 1);
        var second = Sample.Request(Tenant, 2);
        await Log.AppendAsync([first], Cancellation);

        await Log.AppendAsync([first, second, second], Cancellation);
        await Log.AppendAsync([], Cancellation);

        Assert.Equal([second.Id, first.Id], (await ListAsync()).Select(row => row.Id));
    }

    [Fact]
    public async Task List_OtherTenant_SeesNothing()
    {
        await Log.AppendAsync([Sample.Request(Tenant)], Cancellation);

        Assert.Empty(await Log.ListAsync(OtherTenant, null, 10, Cancellation));
        Assert.Empty((await Log.ListAsync(TenantId.Global, null, 1000, Cancellation)).Where(row => row.Tenant == Tenant));
    }

    [Fact]
    public async Task List_PagesWhileRowsCome_HaveNoGapsOrRepeats()
    {
        var rows = Enumerable.Range(0, 50).Select(i => Sample.Request(Tenant, i / 25)).ToArray();
        await Log.AppendAsync(rows, Cancellation);
        var seen = new List<RequestLogEntry>();
        for (RowPosition? after = null; ; after = new RowPosition(seen[^1].RequestTime, seen[^1].Id))
        {
            var page = await Log.ListAsync(Tenant, after, 7, Cancellation);
            seen.AddRange(page);
            if (page.Count < 7)
            {
                break;
            }

            await Log.AppendAsync([Sample.Request(Tenant, 100)], Cancellation);
        }

        Assert.Equal(
            rows.OrderByDescending(row => row.RequestTime).ThenByDescending(row => row.Id).Select(row => row.Id),
            seen.Select(row => row.Id));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Append_HostileText_ComesBackUnchanged(string text)
    {
        var row = Sample.Request(Tenant) with
        {
            RequestId = text,
            TraceId = text,
            IpAddress = text,
            Method = text,
            Path = text,
            McpMethod = text,
            TargetName = text,
            ErrorType = text,
            ErrorMessage = text,
        };

        await Log.AppendAsync([row], Cancellation);

        Assert.Equal(Texts(row), Texts(Assert.Single(await ListAsync())));
    }

    [Fact]
    public async Task Append_OverlongText_IsCutBetweenCharacters()
    {
        var text = new string('x', RequestLogEntry.MaxPathLength - 1) + "😀 and more";

        await Log.AppendAsync([Sample.Request(Tenant) with { Path = text, TargetName = text }], Cancellation);

        var found = Assert.Single(await ListAsync());
        Assert.Equal(text[..(RequestLogEntry.MaxPathLength - 1)], found.Path);
        Assert.Equal(text[..RequestLogEntry.MaxNameLength], found.TargetName);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task List_LimitOutOfRange_Throws(int limit) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await Log.ListAsync(Tenant, null, limit, Cancellation));

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelledAndWritesNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Log.AppendAsync([Sample.Request(Tenant)], Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Log.ListAsync(Tenant, null, 10, Cancelled));

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task HundredBatches_AtOnceWhileServersGo_AllArriveAndRaiseNoRevision()
    {
        var servers = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            servers.Add((await AddServerAsync(Sample.Server(Tenant))).Id);
        }

        var before = await Revisions.GetAsync(Tenant, Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () => await (i % 20 == 0
            ? Servers.DeleteAsync(Tenant, servers[i / 20], null, null, Cancellation).AsTask()
            : Log.AppendAsync([.. servers.Select(server => Sample.Request(Tenant, i) with { TargetServerId = server })], Cancellation).AsTask()))));

        var rows = await ListAsync();
        Assert.Equal(95 * 5, rows.Count);
        Assert.All(rows, row => Assert.Null(row.TargetServerId));
        Assert.Equal(before + 5, await Revisions.GetAsync(Tenant, Cancellation));
    }

    private ValueTask<IReadOnlyList<RequestLogEntry>> ListAsync() => Log.ListAsync(Tenant, null, 1000, Cancellation);

    private static string?[] Texts(RequestLogEntry row) =>
        [row.RequestId, row.TraceId, row.IpAddress, row.Method, row.Path, row.McpMethod, row.TargetName, row.ErrorType, row.ErrorMessage];
}
