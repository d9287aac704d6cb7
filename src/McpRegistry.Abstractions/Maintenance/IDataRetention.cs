namespace McpRegistry.Maintenance;

/// <summary>Deletes rows that are older than a policy keeps them. Thread-safe; infrastructure failures are thrown.</summary>
public interface IDataRetention
{
    /// <summary>Tells what is wrong with a policy: ranges, names that are not on the list, conditions that are none.</summary>
    /// <param name="policy">The policy, stored or not.</param>
    /// <returns>Every fault; empty for a policy that can run.</returns>
    IReadOnlyList<ValidationFault> Validate(RetentionPolicy policy);

    /// <summary>Counts what a run would delete now, and deletes nothing.</summary>
    /// <param name="policy">The policy, stored or not.</param>
    /// <param name="cancellationToken">Cancels the count.</param>
    /// <returns>The number of rows, or a refusal.</returns>
    ValueTask<RetentionRun> PreviewAsync(RetentionPolicy policy, CancellationToken cancellationToken);

    /// <summary>Runs a policy now, due or not, active or not, batch by batch, and records the run.</summary>
    /// <param name="policyId">The policy.</param>
    /// <param name="cancellationToken">Stops between two batches; what was deleted until then is recorded.</param>
    /// <returns>The number of rows, not found, or a refusal.</returns>
    ValueTask<RetentionRun> RunAsync(Guid policyId, CancellationToken cancellationToken);
}
