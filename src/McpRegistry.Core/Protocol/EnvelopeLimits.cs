namespace McpRegistry.Protocol;

/// <summary>Bounds of a client message beside its size (protocol.md 2.9).</summary>
/// <param name="MaxDepth">The deepest nesting of objects and arrays.</param>
/// <param name="MaxMembers">The most members of one object; also bounds the cost of the search for repeats.</param>
internal readonly record struct EnvelopeLimits(int MaxDepth, int MaxMembers)
{
    public static EnvelopeLimits Default { get; } = new(128, 4096);
}
