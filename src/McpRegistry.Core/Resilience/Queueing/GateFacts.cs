namespace McpRegistry.Resilience;

/// <summary>What a gate has seen since it was made.</summary>
/// <param name="Running">How many calls have a place.</param>
/// <param name="Waiting">How many wait for one.</param>
/// <param name="MaxQueued">How many may wait.</param>
/// <param name="HasRoom">Whether one more could enter or wait.</param>
/// <param name="Enqueued">How many had to wait.</param>
/// <param name="TimedOut">How many waited until their time was over.</param>
/// <param name="LastLetIn">When one that waited last got a place.</param>
/// <param name="MeanWait">How long those waited that got a place; null before the first.</param>
internal readonly record struct GateFacts(
    int Running, int Waiting, int MaxQueued, bool HasRoom, long Enqueued, long TimedOut, DateTimeOffset? LastLetIn, TimeSpan? MeanWait);
