namespace McpRegistry.Writers;

/// <summary>Writes to the store in the background, from the time that the store is ready until the host has stopped.</summary>
internal interface IBackgroundWriter
{
    /// <summary>Starts writing. Safe to call again.</summary>
    void Start();

    /// <summary>Takes nothing more, writes what it has within <see cref="WriterOptions.ShutdownTimeout"/> and ends. Safe to call again.</summary>
    Task StopAsync();
}
