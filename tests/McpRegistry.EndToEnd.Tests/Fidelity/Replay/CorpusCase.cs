using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>One line of the corpus: a request with all that is said until it is answered, or a notification.</summary>
internal sealed class CorpusCase
{
    private readonly JsonElement _line;

    public CorpusCase(JsonElement line, string source)
    {
        _line = line;
        Name = $"{source}: {line.GetProperty("name").GetString()}";
        Method = line.GetProperty("method").GetString()!;
        Revisions = [.. line.GetProperty("revisions").EnumerateArray().Select(revision => revision.GetString()!)];
    }

    public string Name { get; }

    public string Method { get; }

    /// <summary>Gets the revisions in which the message has exactly this form.</summary>
    public IReadOnlyList<string> Revisions { get; }

    /// <summary>Gets who sends it: <c>client</c> or <c>server</c> for a notification, null for a request of the client.</summary>
    public string? Notifier => RawJson.Find(_line, "from")?.GetString();

    public JsonElement Params => RawJson.Find(_line, "params") ?? default;

    public JsonElement? Result => RawJson.Find(_line, "result");

    public JsonElement? Error => RawJson.Find(_line, "error");

    /// <summary>Gets the notifications that the server sends before it answers.</summary>
    public IReadOnlyList<JsonElement> Says => Array("says");

    /// <summary>Gets what the server asks before it answers, with the client's answers.</summary>
    public IReadOnlyList<JsonElement> Asks => Array("asks");

    /// <summary>Gets whether an answer to a question is an error, which only the session revisions have.</summary>
    public bool DeclinesWithError => Asks.Any(ask => ask.TryGetProperty("error", out _));

    /// <summary>Gets how many JSON-RPC messages the line is.</summary>
    public int Messages => Notifier is not null ? 1 : 2 + Says.Count + (2 * Asks.Count);

    /// <summary>Gets the methods of its messages, each with who sends it.</summary>
    public IEnumerable<(string Sender, string Method)> Methods =>
    [
        (Notifier ?? "client", Method),
        .. Says.Concat(Asks).Select(message => ("server", message.GetProperty("method").GetString()!)),
    ];

    /// <summary>Gets whether the answer is one that servers of the session revisions do not have.</summary>
    public bool IsModernOnly => Revisions is [RawClient.ModernVersion] && Result is { } result
        && RawJson.Find(result, "resultType")?.GetString() is not (null or "complete");

    public override string ToString() => Name;

    private IReadOnlyList<JsonElement> Array(string name) => RawJson.Find(_line, name) is { } list ? [.. list.EnumerateArray()] : [];
}
