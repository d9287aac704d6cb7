namespace McpRegistry.Gateway.Resumption;

/// <summary>A message that a client may not have got.</summary>
/// <param name="Stream">The stream that it belongs to.</param>
/// <param name="Position">Its place in the stream.</param>
/// <param name="Json">The message; a copy, for what comes from a server is only lent.</param>
/// <param name="Kept">When it was kept, as a timestamp.</param>
internal sealed record BufferedEvent(EventStream Stream, long Position, ReadOnlyMemory<byte> Json, long Kept)
{
    /// <summary>About what an event takes beside its message.</summary>
    private const int Overhead = 160;

    public long Bytes => Json.Length + Overhead;
}
