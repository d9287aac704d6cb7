namespace McpRegistry.Protocol;

/// <summary>A range of bytes in a message: the raw text of one JSON value, quotes included.</summary>
internal readonly record struct Slice(int Start, int Length)
{
    public int End => Start + Length;

    /// <summary>No JSON value is empty, so a default slice means "not there".</summary>
    public bool IsMissing => Length == 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> message) => message.Slice(Start, Length);

    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> message) => message.Slice(Start, Length);
}
