namespace McpRegistry.Writers;

/// <summary>How one writer works.</summary>
/// <param name="Kind">What it writes, for logs and metrics.</param>
/// <param name="Capacity">The most values that wait.</param>
/// <param name="BatchSize">The most rows of one write.</param>
/// <param name="MaxDelay">How long a value may wait for a batch to fill.</param>
internal sealed record BatchWriterSettings(string Kind, int Capacity, int BatchSize, TimeSpan MaxDelay);
