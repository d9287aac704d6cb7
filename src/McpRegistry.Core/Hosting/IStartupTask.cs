namespace McpRegistry.Hosting;

/// <summary>
/// One step between "the store is ready" and "the host listens". Steps run one after another by <see cref="Order"/>; a
/// failing step stops the host.
/// </summary>
internal interface IStartupTask
{
    /// <summary>Gets the place in the sequence; see <see cref="StartupOrder"/>.</summary>
    int Order { get; }

    Task RunAsync(CancellationToken cancellationToken);
}
