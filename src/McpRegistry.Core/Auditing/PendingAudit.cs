namespace McpRegistry.Auditing;

/// <summary>An event on its way into the store, and the caller who waits for its commit.</summary>
internal sealed class PendingAudit(AuditEvent auditEvent)
{
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AuditEvent Event => auditEvent;

    public Task Committed => _committed.Task;

    /// <summary>Gets a value that tells whether the caller waits no more.</summary>
    public bool IsOver => _committed.Task.IsCompleted;

    public void Commit() => _committed.TrySetResult();

    /// <summary>Tells the caller that the store can never keep the event.</summary>
    public void Refuse(Exception exception) => _committed.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _committed.TrySetCanceled(cancellationToken);

    /// <summary>Tells the caller that the event is lost; false when it waits no more.</summary>
    public bool Lose() => _committed.TrySetException(Lost());

    public static AuditLostException Lost() => new("The host stopped before the audit event was written.");
}
