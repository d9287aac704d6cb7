namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>One thing that a server does while it answers.</summary>
internal abstract record Act
{
    /// <summary>The whole answer at once, under any status.</summary>
    public sealed record Document(int Status, string ContentType, byte[] Body, string More = "") : Act;

    /// <summary>Headers of an event stream.</summary>
    public sealed record Begin : Act;

    /// <summary>One message on the stream, in good framing.</summary>
    public sealed record Message(string Json) : Act;

    /// <summary>Bytes on the stream as they are.</summary>
    public sealed record Bytes(byte[] Content) : Act;

    /// <summary>Bytes on the connection instead of an HTTP answer.</summary>
    public sealed record Raw(byte[] Content) : Act;

    /// <summary>Half of a promised document, and the connection ends.</summary>
    public sealed record Half(byte[] Body) : Act;

    /// <summary>Asks the client and waits for its answer for a while.</summary>
    public sealed record Ask(string Id, string Json) : Act;

    /// <summary>A message on every stream that is open for notifications.</summary>
    public sealed record Push(string Json) : Act;

    /// <summary>The same message over and over, faster than anybody reads.</summary>
    public sealed record Flood(string Json, int Times) : Act;

    public sealed record Wait(TimeSpan Time) : Act;

    /// <summary>Nothing more until the client gives up.</summary>
    public sealed record Never : Act;

    /// <summary>The connection ends, by a reset or in good order.</summary>
    public sealed record Cut : Act;
}
