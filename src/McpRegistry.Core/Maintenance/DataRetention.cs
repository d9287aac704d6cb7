namespace McpRegistry.Maintenance;

internal sealed class DataRetention(IRetentionPolicyStore policies, IRetentionTarget target, TimeProvider time) : IDataRetention
{
    public IReadOnlyList<ValidationFault> Validate(RetentionPolicy policy) =>
        RetentionSelector.Select(policy, target.Tables, time.GetUtcNow()).Faults;

    public async ValueTask<RetentionRun> PreviewAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (selection, faults) = RetentionSelector.Select(policy, target.Tables, time.GetUtcNow());
        if (selection is null)
        {
            return new RetentionRun { Outcome = RetentionOutcome.Refused, Faults = faults };
        }

        var rows = await target.CountAsync(selection, cancellationToken).ConfigureAwait(false);
        return Success(selection, rows, time.GetElapsedTime(started));
    }

    public async ValueTask<RetentionRun> RunAsync(Guid policyId, CancellationToken cancellationToken)
    {
        if (await policies.FindAsync(policyId, cancellationToken).ConfigureAwait(false) is not { } policy)
        {
            return new RetentionRun { Outcome = RetentionOutcome.NotFound };
        }

        var (selection, faults) = RetentionSelector.Select(policy, target.Tables, time.GetUtcNow());
        return selection is null
            ? new RetentionRun { Outcome = RetentionOutcome.Refused, Faults = faults }
            : await RunAsync(policy, selection, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RetentionRun> RunAsync(RetentionPolicy policy, RetentionSelection selection, CancellationToken cancellationToken)
    {
        var (startedAt, started, deleted) = (time.GetUtcNow(), time.GetTimestamp(), 0L);
        try
        {
            int batch;
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                batch = await target.DeleteAsync(selection, policy.BatchSize, cancellationToken).ConfigureAwait(false);
                deleted += batch;
            }
            while (batch >= policy.BatchSize);
        }
        catch (Exception exception) when (deleted > 0 || exception is OperationCanceledException)
        {
            // Whatever ended it: the batches until here are gone for good, so they are counted.
            await RecordAsync().ConfigureAwait(false);
            throw;
        }

        var duration = await RecordAsync().ConfigureAwait(false);
        return Success(selection, deleted, duration);

        async Task<TimeSpan> RecordAsync()
        {
            var elapsed = time.GetElapsedTime(started);
            await policies.RecordRunAsync(policy.Id, startedAt, deleted, elapsed, CancellationToken.None).ConfigureAwait(false);
            return elapsed;
        }
    }

    private static RetentionRun Success(RetentionSelection selection, long rows, TimeSpan duration) => new()
    {
        Outcome = RetentionOutcome.Success,
        Rows = rows,
        Before = selection.Before,
        Duration = duration,
    };
}
