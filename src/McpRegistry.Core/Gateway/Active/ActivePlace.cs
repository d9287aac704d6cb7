namespace McpRegistry.Gateway.Active;

/// <summary>A call's place among those that are under way; dispose takes it out, once or more often.</summary>
internal readonly struct ActivePlace(ActiveCalls calls, ActiveCall active) : IDisposable
{
    public void Dispose() => calls.Leave(active);
}
