namespace McpRegistry.EndToEnd.Tests.Bridging;

/// <summary>What a server asks and what a client may answer, as raw JSON.</summary>
internal sealed record Question(string Method, string Params, string Answer)
{
    /// <summary>All that a client can declare.</summary>
    public const string Everything = """{"elicitation":{"form":{},"url":{}},"sampling":{"tools":{}},"roots":{"listChanged":true}}""";

    public const string Cancelled = """{"action":"cancel"}""";

    public static Question Form { get; } = new(
        "elicitation/create",
        """{"mode":"form","message":"Your name?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}}}}""",
        """{"action":"accept","content":{"name":"Grüße"}}""");

    public static Question Url { get; } = new(
        "elicitation/create",
        """{"mode":"url","message":"Sign in","url":"https://example.com/in","elicitationId":"e-1"}""",
        """{"action":"accept"}""");

    public static Question Sampling { get; } = new(
        "sampling/createMessage",
        """{"messages":[{"role":"user","content":{"type":"text","text":"Hi"}}],"maxTokens":10}""",
        """{"role":"assistant","content":{"type":"text","text":"Hello"},"model":"m","stopReason":"endTurn"}""");

    public static Question Roots { get; } = new("roots/list", "{}", """{"roots":[{"uri":"file:///home","name":"home"}]}""");

    /// <summary>Writes the request of a server. The id is raw JSON.</summary>
    public string Ask(string id) => $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{Method}}","params":{{Params}}}""";

    public static Question Of(string kind) => kind switch
    {
        "form" => Form,
        "url" => Url,
        "sampling" => Sampling,
        _ => Roots,
    };
}
