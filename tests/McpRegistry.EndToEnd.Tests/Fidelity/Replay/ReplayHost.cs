using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>The servers of one wiring at one gateway, and the ways of each case through it.</summary>
internal static class ReplayHost
{
    private static readonly string[] LegacyRevisions = ["2024-11-05", "2025-03-26", "2025-06-18", RawClient.LegacyVersion];

    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        // What is kept would not reach the server.
        ["ResponseCache:Enabled"] = "false",
        ["Gateway:ChangeDebounce"] = "00:00:00.02",
        ["Gateway:ListPageSize"] = "1000",
    };

    /// <summary>Starts and registers a server for each revision of the era.</summary>
    public static async Task<IReadOnlyDictionary<string, ReplayServer>> StartAsync(
        GatewayHost gateway, Wiring wiring, CorpusCatalogue catalogue, Func<ReplayServer, ReplayServer> own, CancellationToken cancellationToken)
    {
        var servers = new Dictionary<string, ReplayServer>(StringComparer.Ordinal);
        foreach (var revision in wiring.Server == Era.Modern ? [RawClient.ModernVersion] : LegacyRevisions)
        {
            servers[revision] = own(await ReplayServer.StartAsync(catalogue, wiring.Server, revision, wiring.IsSocket, cancellationToken));
            await gateway.Registry.AddAsync(Passage.AliasOf(revision), servers[revision].Url, cancellationToken);
        }

        return servers;
    }

    /// <summary>Gets the ways of a case: each pair of revisions once, at the server's endpoint and, where a name or URI leads to the server, at the merged one.</summary>
    public static IEnumerable<Passage> Passages(Wiring wiring, CorpusCase entry)
    {
        var single = entry.Revisions.Select(revision => new Passage(wiring, entry, wiring.ClientRevision(revision), wiring.ServerRevision(revision), IsMerged: false)).Distinct().ToArray();
        return [.. single, .. single.Where(static passage => IsNamed(passage.Method)).Select(Merged).Distinct()];
    }

    /// <summary>A URI leads to the first server that has it, whatever the revision of the client.</summary>
    private static Passage Merged(Passage passage) => passage with
    {
        IsMerged = true,
        ServerRevision = passage.Server == Era.Legacy && RawJson.Find(passage.Case.Params, "name") is null && RawJson.Find(RawJson.Find(passage.Case.Params, "ref") ?? default, "name") is null
            && !passage.Method.StartsWith("tasks/", StringComparison.Ordinal) ? LegacyRevisions[0] : passage.ServerRevision,
    };

    private static bool IsNamed(string method) => method is "tools/call" or "prompts/get" or "resources/read" or "completion/complete" or "tasks/get" or "tasks/update" or "tasks/cancel";
}
