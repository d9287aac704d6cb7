namespace McpRegistry.EntityFrameworkCore;

/// <content>
/// Contexts are pooled, so the end of one use is not the end of the object. What a use holds is let go here.
/// </content>
internal sealed partial class RegistryDbContext
{
    private IDisposable? _lease;

    /// <summary>Gets what this use of the context holds of its connection pool; null where there is nothing to hold.</summary>
    public IDisposable? Lease => _lease;

    /// <summary>Gets or sets the source of the connection that the object keeps from one use to the next; null for its first.</summary>
    public object? Connections { get; set; }

    /// <summary>Keeps something until this use of the context ends.</summary>
    public void Hold(IDisposable lease) => _lease = lease;

    public override void Dispose()
    {
        // Taken out first: once the base has put the context back, another caller may hold something in it.
        using (Interlocked.Exchange(ref _lease, null))
        {
            base.Dispose();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        using (Interlocked.Exchange(ref _lease, null))
        {
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }
}
