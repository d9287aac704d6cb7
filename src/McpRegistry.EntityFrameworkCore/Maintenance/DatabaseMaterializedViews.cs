using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

internal sealed class DatabaseMaterializedViews(RegistryDatabase database, IMaterializedViewStore definitions, TimeProvider time)
    : IMaterializedViews
{
    private IViewDialect Dialect => database.Provider.Views;

    public IReadOnlyList<MaterializedViewDefinition> Shipped => Dialect.Shipped;

    public ValueTask<MaterializedViewResult> CreateAsync(Guid id, CancellationToken cancellationToken) => RunAsync(
        id,
        async (context, plan, state, token) =>
        {
            if (state == ViewState.Foreign)
            {
                return new(MaterializedViewOutcome.NameTaken);
            }

            if (Dialect.FindFault(plan.Query) is { } fault)
            {
                return new(MaterializedViewOutcome.Refused, Message: fault);
            }

            await Dialect.CreateAsync(context, plan, token).ConfigureAwait(false);
            return new(MaterializedViewOutcome.Success);
        },
        isMeasured: true,
        cancellationToken);

    public ValueTask<MaterializedViewResult> RefreshAsync(Guid id, CancellationToken cancellationToken) => RunAsync(
        id,
        async (context, plan, state, token) =>
        {
            if (state != ViewState.Made)
            {
                return new(MaterializedViewOutcome.NotCreated);
            }

            await Dialect.RefreshAsync(context, plan, token).ConfigureAwait(false);
            return new(MaterializedViewOutcome.Success);
        },
        isMeasured: true,
        cancellationToken);

    public ValueTask<MaterializedViewResult> DropAsync(Guid id, CancellationToken cancellationToken) => RunAsync(
        id,
        async (context, plan, state, token) =>
        {
            if (state != ViewState.Made)
            {
                return new(MaterializedViewOutcome.NotCreated);
            }

            await Dialect.DropAsync(context, plan.Name, token).ConfigureAwait(false);
            return new(MaterializedViewOutcome.Success);
        },
        isMeasured: false,
        cancellationToken);

    public async ValueTask<bool> HasNewRowsAsync(MaterializedViewDefinition view, CancellationToken cancellationToken)
    {
        var context = await database.OpenWriteAsync(cancellationToken).ConfigureAwait(false);
        await using var contextScope = context.ConfigureAwait(false);
        var (plan, _) = ViewPlan.Create(view, RegistryDatabaseTables.NamesOf(context.Model).ToHashSet(StringComparer.Ordinal));
        return plan is not null && await Dialect.HasNewRowsAsync(context, plan, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<MaterializedViewResult> RunAsync(Guid id, Step step, bool isMeasured, CancellationToken cancellationToken)
    {
        if (await definitions.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } view)
        {
            return new MaterializedViewResult(MaterializedViewOutcome.NotFound);
        }

        MaterializedViewResult result;
        try
        {
            result = await RunAsync(view, step, isMeasured, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Dialect.ReadRefusal(exception) is not null)
        {
            return new MaterializedViewResult(MaterializedViewOutcome.Refused, Message: Dialect.ReadRefusal(exception));
        }

        if (result.Refresh is { } refresh)
        {
            await definitions.RecordRefreshAsync(id, refresh, CancellationToken.None).ConfigureAwait(false);
        }

        return result;
    }

    private async Task<MaterializedViewResult> RunAsync(
        MaterializedViewDefinition view, Step step, bool isMeasured, CancellationToken cancellationToken)
    {
        var (startedAt, started) = (time.GetUtcNow(), time.GetTimestamp());
        using var turn = await database.Provider.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        var context = await database.OpenWriteAsync(cancellationToken).ConfigureAwait(false);
        await using var contextScope = context.ConfigureAwait(false);
        var (plan, fault) = ViewPlan.Create(view, RegistryDatabaseTables.NamesOf(context.Model).ToHashSet(StringComparer.Ordinal));
        if (plan is null)
        {
            return new MaterializedViewResult(MaterializedViewOutcome.Refused, Message: fault);
        }

        var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var transactionScope = transaction.ConfigureAwait(false);
        var state = await Dialect.EnterAsync(context, plan.Name, cancellationToken).ConfigureAwait(false);
        var result = await step(context, plan, state, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            return result;
        }

        (long Rows, long? Bytes)? measured = isMeasured
            ? await Dialect.MeasureAsync(context, plan.Name, cancellationToken).ConfigureAwait(false)
            : null;
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return measured is { } size
            ? result with { Refresh = new(startedAt, time.GetElapsedTime(started), size.Rows, size.Bytes) }
            : result;
    }

    private delegate Task<MaterializedViewResult> Step(
        RegistryDbContext context, ViewPlan plan, ViewState state, CancellationToken cancellationToken);
}
