using System.Collections.Concurrent;
using System.Text.Json;
using McpRegistry.EndToEnd.Tests.Bridging;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>What the server got while one case was played.</summary>
internal sealed class ReplayStep(Passage passage)
{
    /// <summary>The member of <c>_meta</c> by which a list that a client asks for is told from one that the gateway reads for itself.</summary>
    public const string Mark = "example.com/replayed";

    public Passage Passage => passage;

    public ConcurrentQueue<ReceivedRequest> Received { get; } = new();

    /// <summary>Gets the responses to the server's questions, in the order of these.</summary>
    public ConcurrentQueue<JsonElement> Answers { get; } = new();

    public bool IsFor(ReceivedRequest request) => request.Method == passage.Method
        && (!request.Method.EndsWith("/list", StringComparison.Ordinal) || request.Meta(Mark).ValueKind == JsonValueKind.True);

    /// <summary>What a modern server asks. It never pings.</summary>
    public static IReadOnlyList<JsonElement> Asks(Passage passage) => [.. passage.Case.Asks.Where(static ask => !ask.GetProperty("method").ValueEquals("ping"))];

    public static IEnumerable<Question> Questions(Passage passage) => Asks(passage).Select(static ask =>
        new Question(ask.GetProperty("method").GetString()!, ask.GetProperty("params").GetRawText(), RawJson.Find(ask, "answer")?.GetRawText() ?? ""));
}
