using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>The requests that the gateway answers itself, and how: the other rows of the bridging matrix.</summary>
internal static class OwnAnswers
{
    private const string Empty = "{}";

    /// <summary>Returns the raw result, or the code of an error; neither for a request that the server answers.</summary>
    public static (string? Result, int? Code) Of(Passage passage)
    {
        var isLegacy = passage.Client == Era.Legacy;
        return passage.Method switch
        {
            "ping" or "resources/subscribe" or "resources/unsubscribe" or "logging/setLevel" => isLegacy ? (Empty, null) : (null, -32601),
            "server/discover" or "subscriptions/listen" when isLegacy => (null, -32601),
            "initialize" when !isLegacy => (null, -32601),
            "tasks/list" or "tasks/result" => (null, -32601),
            "tasks/get" or "tasks/update" or "tasks/cancel" when isLegacy => (null, -32601),

            // No legacy server has tasks: at its endpoint the methods are not there, elsewhere their ids are nobody's.
            "tasks/get" or "tasks/update" or "tasks/cancel" when passage.Server == Era.Legacy => (null, passage.IsMerged ? -32602 : -32601),
            "tasks/get" or "tasks/update" or "tasks/cancel" when !passage.Case.Revisions.Contains(RawClient.ModernVersion, StringComparer.Ordinal) => (null, -32602),

            // A state that the gateway did not give out is not taken for one that it did.
            _ when passage is { Client: Era.Modern, Server: Era.Legacy } && RawJson.Find(passage.Case.Params, "requestState") is not null => (null, -32602),
            _ => (null, null),
        };
    }
}
