namespace McpRegistry.ProtocolFuzz.Wire;

/// <summary>How a request gets to the server, and how its client stays for the answer.</summary>
internal enum Delivery
{
    Whole,
    Chunked,

    /// <summary>In small pieces with pauses.</summary>
    Dribbled,

    /// <summary>Half of the promised body, and the client is gone.</summary>
    CutBody,

    /// <summary>Some chunks, and the client is gone.</summary>
    CutChunk,

    /// <summary>A chunk whose length is no number.</summary>
    BrokenChunk,

    /// <summary>A length and chunks, which contradict each other.</summary>
    BothLengths,

    /// <summary>A body, and no word about its length.</summary>
    NoLength,

    /// <summary>The client hangs up as soon as all is sent.</summary>
    LeaveAtOnce,

    /// <summary>The client hangs up after the first bytes of the answer.</summary>
    LeaveInAnswer,
}
