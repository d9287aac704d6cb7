using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>
/// Takes the audit trail to where else it is wanted: a file, a collector of logs, a topic. Added with <c>AddAuditSink</c>; a
/// singleton. Calls and changes never wait for it: it is given what is in the store already.
/// </summary>
public interface IAuditSink
{
    /// <summary>The most characters of <see cref="Name"/>.</summary>
    const int MaxNameLength = 100;

    /// <summary>
    /// Gets the name under which the store keeps how far this sink has come: 1 to 100 characters of <c>a-z</c>, <c>0-9</c>,
    /// <c>-</c> and <c>_</c>, not shared with another sink. Under a new name a sink begins at the beginning of each trail.
    /// </summary>
    string Name { get; }

    /// <summary>
    /// Takes rows of one tenant, in the order of its chain. Those of one tenant come one batch after another, over all replicas; a host
    /// gives one batch at a time. When the task completes they are delivered and come no more, as long as the store
    /// could note it: a row may come again after a failure or a crash, with the same tenant and number, and is never left out.
    /// </summary>
    /// <param name="tenant">Whose trail.</param>
    /// <param name="rows">At least one row.</param>
    /// <param name="cancellationToken">
    /// The time for a batch is over (<c>Audit:SinkTimeout</c>), or the host stops. Whoever goes on regardless may get the same rows meanwhile.
    /// </param>
    /// <returns>The delivery. Whatever it throws has the batch tried again, with growing waits.</returns>
    ValueTask DeliverAsync(TenantId tenant, IReadOnlyList<ChainedAuditEvent> rows, CancellationToken cancellationToken);
}
