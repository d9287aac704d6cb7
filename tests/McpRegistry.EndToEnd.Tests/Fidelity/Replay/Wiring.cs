using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>Which eras are wired together, and how the server is reached.</summary>
internal sealed record Wiring(Era Client, Era Server, bool IsSocket = false)
{
    /// <summary>The revision of which a client of this wiring sends a message of the given one. The oldest has no clients here.</summary>
    public string ClientRevision(string revision) => (Client, revision) switch
    {
        (Era.Modern, _) => RawClient.ModernVersion,
        (_, RawClient.ModernVersion) => RawClient.LegacyVersion,
        (_, "2024-11-05") => "2025-03-26",
        _ => revision,
    };

    /// <summary>The revision of the server that a message of the given one is for.</summary>
    public string ServerRevision(string revision) => (Server, revision) switch
    {
        (Era.Modern, _) => RawClient.ModernVersion,
        (_, RawClient.ModernVersion) => RawClient.LegacyVersion,
        _ => revision,
    };

    public override string ToString() => $"{Client}->{Server}{(IsSocket ? " over WebSocket" : "")}";
}
