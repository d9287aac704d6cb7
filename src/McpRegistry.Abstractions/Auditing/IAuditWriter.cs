namespace McpRegistry.Auditing;

/// <summary>Writes to the audit trail. Nothing that was acknowledged is lost, and nothing is dropped to gain time.</summary>
public interface IAuditWriter
{
    /// <summary>
    /// Writes an event and completes when it is committed. Waits while the writer is full or the store fails, for as long as
    /// the caller does.
    /// </summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="cancellationToken">Ends the wait; the event may or may not be written.</param>
    /// <returns>The commit.</returns>
    /// <exception cref="ArgumentException">The store can never keep the event; it is not written, and those of other callers are.</exception>
    /// <exception cref="AuditLostException">The host stopped before the event could be written.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    ValueTask WriteAsync(AuditEvent auditEvent, CancellationToken cancellationToken);
}
