using McpRegistry.Auditing;
using Xunit;

namespace McpRegistry.Storage.Conformance;

public abstract partial class AuditStoreSuite
{
    [Fact]
    public async Task Search_EachFilter_FindsWhatMatches()
    {
        var wanted = Sample.FullAuditEvent(Tenant) with { OccurredAt = Sample.Time(10) };
        AuditEvent[] others =
        [
            wanted with { Id = Guid.CreateVersion7(), Action = "Tools/call" },
            wanted with { Id = Guid.CreateVersion7(), ResourceType = "prompt" },
            wanted with { Id = Guid.CreateVersion7(), ResourceId = null },
            wanted with { Id = Guid.CreateVersion7(), UserId = null },
            wanted with { Id = Guid.CreateVersion7(), Source = AuditSource.Security },
            wanted with { Id = Guid.CreateVersion7(), Success = true },
            wanted with { Id = Guid.CreateVersion7(), ApiKeyId = null },
            wanted with { Id = Guid.CreateVersion7(), OccurredAt = Sample.Time(9) },
            wanted with { Id = Guid.CreateVersion7(), OccurredAt = Sample.Time(11) },
        ];
        await Audit.AppendAsync([wanted, .. others], Cancellation);
        AuditQuery[] queries =
        [
            new() { Action = wanted.Action },
            new() { ResourceType = wanted.ResourceType },
            new() { ResourceId = wanted.ResourceId },
            new() { UserId = wanted.UserId },
            new() { Source = wanted.Source },
            new() { Success = wanted.Success },
            new() { ApiKeyId = wanted.ApiKeyId },
            new() { From = Sample.Time(10).ToOffset(TimeSpan.FromHours(-3)) },
            new() { Until = Sample.Time(11) },
        ];

        for (var i = 0; i < queries.Length; i++)
        {
            var found = (await FindAsync(queries[i])).Select(row => row.Id).ToHashSet();
            Assert.Contains(wanted.Id, found);
            Assert.DoesNotContain(others[i].Id, found);
        }

        var all = queries.Aggregate(new AuditQuery(), (sum, next) => sum with
        {
            Action = next.Action ?? sum.Action,
            ResourceType = next.ResourceType ?? sum.ResourceType,
            ResourceId = next.ResourceId ?? sum.ResourceId,
            UserId = next.UserId ?? sum.UserId,
            Source = next.Source ?? sum.Source,
            Success = next.Success ?? sum.Success,
            ApiKeyId = next.ApiKeyId ?? sum.ApiKeyId,
            From = next.From ?? sum.From,
            Until = next.Until ?? sum.Until,
        });
        Assert.Equal(wanted.Id, Assert.Single(await FindAsync(all)).Id);
    }

    [Fact]
    public async Task SearchMcp_OtherSources_AreLeftOut()
    {
        var call = Sample.FullAuditEvent(Tenant);
        await Audit.AppendAsync([call, Sample.AuditEvent(Tenant), call with { Id = Guid.CreateVersion7(), Source = AuditSource.System }], Cancellation);

        var found = Assert.Single(await Audit.SearchMcpAsync(Tenant, new AuditQuery { Source = AuditSource.System }, Cancellation));

        Assert.Equal(
            Describe.McpEntry(new McpAuditEntry
            {
                Id = call.Id,
                Tenant = Tenant,
                Timestamp = call.OccurredAt,
                UserId = call.UserId,
                UserName = call.ActorName,
                UserRoles = call.Roles,
                Method = call.Method,
                RequestId = call.RequestId,
                JsonRpcVersion = call.JsonRpcVersion,
                Success = call.Success,
                DurationMs = call.DurationMs,
                ErrorCode = call.ErrorCode,
                ErrorMessage = call.ErrorMessage,
            }),
            Describe.McpEntry(found));
    }

    [Fact]
    public async Task Search_PagesWhileRowsCome_HaveNoGapsOrRepeats()
    {
        // Many rows of one time, so that the id has to decide.
        var rows = Enumerable.Range(0, 60).Select(i => Sample.AuditEvent(Tenant, i / 20)).ToArray();
        await Audit.AppendAsync(rows, Cancellation);
        var seen = new List<AuditEvent>();
        for (var query = new AuditQuery { Limit = 7 }; ;)
        {
            var page = await FindAsync(query);
            seen.AddRange(page);
            if (page.Count < query.Limit)
            {
                break;
            }

            await Audit.AppendAsync([Sample.AuditEvent(Tenant, 100)], Cancellation);
            query = query with { After = new RowPosition(page[^1].OccurredAt, page[^1].Id) };
        }

        Assert.Equal(
            rows.OrderByDescending(row => row.OccurredAt).ThenByDescending(row => row.Id).Select(row => row.Id),
            seen.Select(row => row.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task Search_LimitOutOfRange_Throws(int limit)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await FindAsync(new AuditQuery { Limit = limit }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Audit.SearchMcpAsync(Tenant, new AuditQuery { Limit = limit }, Cancellation));
    }
}
