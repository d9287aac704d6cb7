using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>The corpus: what was recorded from real servers, what was written by hand, and what a generator makes of a fixed seed.</summary>
internal static class CorpusFiles
{
    public const string Openings = "openings";
    public const string Notifications = "notifications";
    public const string Listens = "listens";

    private static readonly string[] Requests = ["recorded", "contents", "requests", "tasks", "errors", "questions"];

    private static readonly Lazy<IReadOnlyList<CorpusCase>> s_requests = new(() => [.. Requests.SelectMany(Read), .. CorpusGenerator.Cases()]);

    /// <summary>Gets the requests that are replayed one after the other.</summary>
    public static IReadOnlyList<CorpusCase> Exchanges => s_requests.Value;

    public static IEnumerable<CorpusCase> All => [.. Exchanges, .. Read(Openings), .. Read(Notifications), .. Read(Listens)];

    public static IReadOnlyList<CorpusCase> Read(string name)
    {
        using var stream = typeof(CorpusFiles).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => new CorpusCase(JsonElement.Parse(line), name))];
    }
}
