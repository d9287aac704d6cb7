using McpRegistry.Maintenance;
using Xunit;

namespace McpRegistry.Storage.Conformance;

/// <summary>What <see cref="IMaterializedViews"/> promises; a store without views answers that it supports none.</summary>
public abstract class MaterializedViewsSuite(IStorageFixture storage) : StoreSuite(storage)
{
    private IMaterializedViews Views => Get<IMaterializedViews>();

    [Fact]
    public async Task AnyMethod_UnknownView_IsNotFound()
    {
        var id = Guid.CreateVersion7();

        await AssertAsync(MaterializedViewOutcome.NotFound, Views.CreateAsync(id, Cancellation));
        await AssertAsync(MaterializedViewOutcome.NotFound, Views.RefreshAsync(id, Cancellation));
        await AssertAsync(MaterializedViewOutcome.NotFound, Views.DropAsync(id, Cancellation));
        Assert.False(await Views.HasNewRowsAsync(Sample.View(), Cancellation));
    }

    [Fact]
    public async Task View_RegisteredOnly_IsNotCreated()
    {
        var view = await AddAsync("SELECT 1 AS one");

        await AssertAsync(MaterializedViewOutcome.NotCreated, Views.RefreshAsync(view.Id, Cancellation));
        await AssertAsync(MaterializedViewOutcome.NotCreated, Views.DropAsync(view.Id, Cancellation));
        Assert.False(await Views.HasNewRowsAsync(view, Cancellation));
    }

    [Fact]
    public async Task View_CreatedRefreshedAndDropped_TellsItsRows()
    {
        var view = await AddAsync("SELECT 1 AS one UNION ALL SELECT 2 AS one");

        var created = await AssertAsync(MaterializedViewOutcome.Success, Views.CreateAsync(view.Id, Cancellation));
        var again = await AssertAsync(MaterializedViewOutcome.Success, Views.CreateAsync(view.Id, Cancellation));
        var refreshed = await AssertAsync(MaterializedViewOutcome.Success, Views.RefreshAsync(view.Id, Cancellation));
        await AssertAsync(MaterializedViewOutcome.Success, Views.DropAsync(view.Id, Cancellation));
        await AssertAsync(MaterializedViewOutcome.NotCreated, Views.DropAsync(view.Id, Cancellation));

        Assert.All(
            new[] { created, again, refreshed }.Where(result => result.Succeeded),
            result => Assert.Equal(2, result.Refresh!.RowCount));
        Assert.NotNull(await Get<IMaterializedViewStore>().FindAsync(view.Id, Cancellation));
    }

    [Theory]
    [InlineData("DELETE FROM mcp_servers")]
    [InlineData("SELECT 1 AS one; DELETE FROM mcp_servers")]
    [InlineData("SELECT no_such_column FROM mcp_servers")]
    public async Task Create_QueryThatIsNoSingleSelect_IsRefusedAndChangesNothing(string query)
    {
        var server = await AddServerAsync(Sample.Server(Tenant));
        var view = await AddAsync(query);

        var result = await AssertAsync(MaterializedViewOutcome.Refused, Views.CreateAsync(view.Id, Cancellation));

        Assert.True(result.Outcome == MaterializedViewOutcome.NotSupported || result.Message is not null);
        Assert.NotNull(await Servers.FindAsync(Tenant, server.Id, Cancellation));
    }

    [Fact]
    public async Task Shipped_Definitions_CanBeCreated()
    {
        foreach (var shipped in Views.Shipped)
        {
            var view = await AddAsync(shipped.Query);

            await AssertAsync(MaterializedViewOutcome.Success, Views.CreateAsync(view.Id, Cancellation));
            await AssertAsync(MaterializedViewOutcome.Success, Views.DropAsync(view.Id, Cancellation));
        }
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_IsCancelled()
    {
        var view = await AddAsync("SELECT 1 AS one");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.CreateAsync(view.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.RefreshAsync(view.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.DropAsync(view.Id, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Views.HasNewRowsAsync(view, Cancelled));

        await AssertAsync(MaterializedViewOutcome.NotCreated, Views.RefreshAsync(view.Id, Cancellation));
    }

    private static async Task<MaterializedViewResult> AssertAsync(MaterializedViewOutcome expected, ValueTask<MaterializedViewResult> step)
    {
        var result = await step;
        Assert.True(result.Outcome == expected || result.Outcome == MaterializedViewOutcome.NotSupported, $"{result.Outcome}: {result.Message}");
        return result;
    }

    private async Task<MaterializedViewDefinition> AddAsync(string query)
    {
        var added = await Get<IMaterializedViewStore>().AddAsync(Sample.View() with { Query = query }, Cancellation);
        Assert.True(added.Succeeded, $"{added.Outcome}");
        return added.Value;
    }
}
