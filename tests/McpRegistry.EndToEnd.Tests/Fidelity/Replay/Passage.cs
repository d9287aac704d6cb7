using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>One message of the corpus on its way through one wiring.</summary>
/// <param name="Wiring">The wiring.</param>
/// <param name="Case">The message.</param>
/// <param name="ClientRevision">What the client speaks.</param>
/// <param name="ServerRevision">What the server speaks.</param>
/// <param name="IsMerged">Whether it goes through <c>/mcp</c>.</param>
internal sealed record Passage(Wiring Wiring, CorpusCase Case, string ClientRevision, string ServerRevision, bool IsMerged)
{
    public Era Client => Wiring.Client;

    public Era Server => Wiring.Server;

    /// <summary>Gets the alias of the server: there is one for each revision.</summary>
    public string Alias => AliasOf(ServerRevision);

    /// <summary>Gets a value that tells whether the server is the first of the wiring in the order of aliases, to which a resource that all have belongs.</summary>
    public bool IsFirst => Server == Era.Modern || ServerRevision == "2024-11-05";

    public string Method => Case.Method;

    public bool IsCacheable => Method is "tools/list" or "prompts/list" or "resources/list" or "resources/templates/list" or "resources/read";

    public static string AliasOf(string revision) => $"r{revision.Replace("-", "", StringComparison.Ordinal)}";

    /// <summary>The case's result as a server of the passage's era gives it.</summary>
    public string Result()
    {
        var result = Case.Result!.Value;
        if (Server == Era.Legacy)
        {
            return $"{{{(IsCacheable ? RawJson.Members(result, "resultType", "ttlMs", "cacheScope") : RawJson.Members(result, "resultType"))}}}";
        }

        var type = RawJson.Find(result, "resultType") is null ? "\"resultType\":\"complete\"" : "";
        var hint = IsCacheable && RawJson.Find(result, "ttlMs") is null ? "\"ttlMs\":0,\"cacheScope\":\"private\"" : "";
        return $"{{{RawJson.Join(type, RawJson.Members(result), hint)}}}";
    }

    public override string ToString() => $"{Wiring}, {(IsMerged ? "/mcp" : "/mcp/" + Alias)}, {ClientRevision} to {ServerRevision}, {Case.Name}";
}
