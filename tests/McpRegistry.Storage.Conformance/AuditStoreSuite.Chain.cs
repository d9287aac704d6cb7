using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Storage.Conformance;

public abstract partial class AuditStoreSuite
{
    [Fact]
    public async Task Append_SeveralBatches_AreLinkedWithoutGaps()
    {
        await Audit.AppendAsync([Sample.AuditEvent(Tenant, 3), Sample.FullAuditEvent(OtherTenant), Sample.FullAuditEvent(Tenant)], Cancellation);
        await Audit.AppendAsync([Sample.AuditEvent(Tenant, 1)], Cancellation);

        Assert.Equal(3, await CheckChainAsync(Tenant));
        Assert.Equal(1, await CheckChainAsync(OtherTenant));
    }

    [Fact]
    public async Task Append_SkippedEvents_TakeNoNumber()
    {
        var first = Sample.AuditEvent(Tenant, 1);
        var second = Sample.AuditEvent(Tenant, 2);
        await Audit.AppendAsync([first], Cancellation);

        await Audit.AppendAsync([first, second, second], Cancellation);
        await Audit.AppendAsync([second], Cancellation);
        await Audit.AppendAsync([Sample.AuditEvent(Tenant, 3)], Cancellation);

        Assert.Equal(3, await CheckChainAsync(Tenant));
    }

    [Fact]
    public async Task HundredBatches_OfTwoTenantsAtOnce_MakeTwoWholeChains()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () => await Audit.AppendAsync(
            i % 2 == 0 ? [Sample.AuditEvent(Tenant, i), Sample.AuditEvent(OtherTenant, i)] : [Sample.AuditEvent(OtherTenant, i), Sample.AuditEvent(Tenant, i)],
            Cancellation))));

        Assert.Equal(100, await CheckChainAsync(Tenant));
        Assert.Equal(100, await CheckChainAsync(OtherTenant));
    }

    [Theory]
    [InlineData("""{"z":1,"a":{"y":[1.50,1e2,-0.0,0.001,1.5e308,4.9e-324],"b":null,"nul":"\u0000","e":"\u00e9"},"t":true,"f":false}""")]
    [InlineData("""{ "spaced" : "x" , "deep" : [ [ ] , { } ] }""")]
    public async Task Append_DetailsThatStoresRewrite_KeepTheirHash(string details)
    {
        var row = Sample.FullAuditEvent(Tenant) with { Details = details, DurationMs = -0.0 };
        await Audit.AppendAsync([row], Cancellation);

        await CheckChainAsync(Tenant);
        Assert.Equal(AuditHash.OfContent(row), AuditHash.OfContent(Assert.Single(await FindAsync(new AuditQuery()))));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public async Task Append_HostileText_KeepsItsHash(string text)
    {
        await Audit.AppendAsync([Sample.FullAuditEvent(Tenant) with { ActorName = text, Roles = [text], Action = text, ErrorMessage = text }], Cancellation);

        await CheckChainAsync(Tenant);
    }

    [Fact]
    public async Task ReadChain_Pages_GoOnBehindTheLastRow()
    {
        await Audit.AppendAsync([.. Enumerable.Range(0, 5).Select(i => Sample.AuditEvent(Tenant, i))], Cancellation);

        var first = await Audit.ReadChainAsync(Tenant, 0, null, 2, Cancellation);
        var second = await Audit.ReadChainAsync(Tenant, 2, first[^1].Event.Id, 2, Cancellation);
        var third = await Audit.ReadChainAsync(Tenant, 4, null, 1000, Cancellation);

        Assert.Equal([1, 2, 3, 4, 5], first.Concat(second).Concat(third).Select(row => row.Sequence));
        Assert.Equal([1, 2], (await Audit.ReadChainAsync(Tenant, long.MinValue, null, 2, Cancellation)).Select(row => row.Sequence));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Audit.ReadChainAsync(Tenant, 0, null, 1001, Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Audit.ReadChainAsync(Tenant, 0, null, 1, Cancelled));
    }

    [Fact]
    public async Task FindHead_NoEvents_IsNull()
    {
        await Audit.AppendAsync([Sample.AuditEvent(OtherTenant)], Cancellation);

        Assert.Null(await Audit.FindHeadAsync(Tenant, Cancellation));
        Assert.Empty(await Audit.ReadChainAsync(Tenant, 0, null, 10, Cancellation));
        Assert.Equal(0, (await Audit.FindUnchainedAsync(Tenant, Cancellation)).Count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Audit.FindHeadAsync(Tenant, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Audit.FindUnchainedAsync(Tenant, Cancelled));
    }

    /// <summary>Makes each row anew from what was read, and compares.</summary>
    private async Task<int> CheckChainAsync(TenantId tenant)
    {
        var rows = await Audit.ReadChainAsync(tenant, 0, null, 1000, Cancellation);
        var previous = AuditHash.None;
        foreach (var row in rows)
        {
            var expected = ChainedAuditEvent.Link(row.Event, row.Sequence, previous);
            Assert.Equal(expected.PreviousHash.ToArray(), row.PreviousHash.ToArray());
            Assert.Equal(expected.Hash.ToArray(), row.Hash.ToArray());
            Assert.Equal(AuditHash.Version, row.HashVersion);
            previous = row.Hash;
        }

        Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => (long)number), rows.Select(row => row.Sequence));
        var head = await Audit.FindHeadAsync(tenant, Cancellation);
        Assert.NotNull(head);
        Assert.Equal((tenant, (long)rows.Count, 0L), (head.Tenant, head.Sequence, head.AnchorSequence));
        Assert.Equal(previous.ToArray(), head.Hash.ToArray());
        return rows.Count;
    }
}
