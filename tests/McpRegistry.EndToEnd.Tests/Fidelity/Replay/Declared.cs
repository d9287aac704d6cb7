using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>What the clients and servers of a replay declare, and what the other side hears of it.</summary>
internal static class Declared
{
    /// <summary>What a server of the session revisions hears of a client of these: all but tasks.</summary>
    private const string ByLegacyClientToLegacy =
        """{"elicitation":{"form":{},"url":{}},"experimental":{"x":{"deep":[1.0]}},"roots":{"listChanged":true},"sampling":{"tools":{}}}""";

    /// <summary>What a modern server hears of a legacy client: what there is in both eras.</summary>
    private const string ByLegacyClientToModern = """{"elicitation":{"form":{},"url":{}},"roots":{"listChanged":true},"sampling":{"tools":{}}}""";

    /// <summary>What a modern server hears of a modern client: all but the extensions that one of the three does not know.</summary>
    private const string ByModernClientToModern =
        """{"elicitation":{"form":{},"url":{}},"sampling":{"tools":{}},"roots":{},"experimental":{"x":1.0},"vendor":[1E400],"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    public const string ServerExtensions = """{"io.modelcontextprotocol/tasks":{},"com.example/own":{}}""";

    private const string LegacyClient =
        """{"tasks":{"list":{}},"elicitation":{"form":{},"url":{}},"sampling":{"tools":{}},"roots":{"listChanged":true},"experimental":{"x":{"deep":[1.0]}}}""";

    private const string ModernClient =
        """{"elicitation":{"form":{},"url":{}},"sampling":{"tools":{}},"roots":{},"experimental":{"x":1.0},"vendor":[1E400],"extensions":{"io.modelcontextprotocol/tasks":{},"com.example/other":{}}}""";

    public static string ByClient(Era era) => era == Era.Modern ? ModernClient : LegacyClient;

    public static string ByServer(Era era) =>
        $$"""{"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"prompts":{"listChanged":true},"completions":{},"logging":{}{{(era == Era.Modern ? ",\"extensions\":" + ServerExtensions : "")}}}""";

    public static string AtModernServer(string clientRevision) =>
        clientRevision == RawClient.ModernVersion ? ByModernClientToModern : AsKnown(ByLegacyClientToModern, clientRevision);

    public static string AtLegacyServer(string clientRevision) => AsKnown(ByLegacyClientToLegacy, clientRevision);

    /// <summary>URL elicitations came with 2025-11-25.</summary>
    private static string AsKnown(string declared, string clientRevision) =>
        clientRevision == RawClient.LegacyVersion ? declared : declared.Replace(",\"url\":{}", "", StringComparison.Ordinal);
}
