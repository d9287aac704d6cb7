using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>The audit trail of a tenant as a chain: each row holds the hash of the one before it.</summary>
public interface IAuditTrail
{
    /// <summary>Looks for rows that were changed, moved, deleted or put in. It reads in pages and may run beside writers and retention.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="range">Which part.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ArgumentException">The range says what cannot be.</exception>
    ValueTask<AuditVerification> VerifyAsync(TenantId tenant, AuditRange range, CancellationToken cancellationToken);

    /// <summary>Reads rows in the order of the chain, up to its end as it is when the reader gets there.</summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="afterSequence">The number of the last row that is known already; 0 starts at the beginning.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The rows.</returns>
    IAsyncEnumerable<ChainedAuditEvent> ReadAsync(TenantId tenant, long afterSequence, CancellationToken cancellationToken);
}
