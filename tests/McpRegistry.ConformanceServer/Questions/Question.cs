using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Questions;

/// <summary>What a tool or prompt asks the client.</summary>
/// <param name="Key">The key under which the answer comes back to a modern server.</param>
/// <param name="Method">The method of the request that it is, or would be in a session.</param>
/// <param name="Content">The params of that request.</param>
internal sealed record Question(string Key, string Method, JsonElement Content)
{
    public static Question Elicit(string key, string message, string schema) => new(
        key,
        RequestMethods.ElicitationCreate,
        JsonElement.Parse($$"""{"mode":"form","message":{{JsonSerializer.Serialize(message)}},"requestedSchema":{{schema}}}"""));

    public static Question ElicitText(string key, string message, string field) => Elicit(
        key, message, $$$"""{"type":"object","properties":{"{{{field}}}":{"type":"string"}},"required":["{{{field}}}"]}""");

    public static Question ElicitConsent(string key, string message, string field) => Elicit(
        key, message, $$$"""{"type":"object","properties":{"{{{field}}}":{"type":"boolean"}},"required":["{{{field}}}"]}""");

    public static Question Sample(string key, string prompt, int maxTokens) => new(
        key,
        RequestMethods.SamplingCreateMessage,
        JsonElement.Parse(
            $$$"""{"messages":[{"role":"user","content":{"type":"text","text":{{{JsonSerializer.Serialize(prompt)}}}}}],"maxTokens":{{{maxTokens}}}}"""));

    public static Question Roots(string key) => new(key, RequestMethods.RootsList, JsonElement.Parse("{}"));

    /// <summary>Refuses the call when the client declared no capability for a question.</summary>
    public static void Demand(IEnumerable<Question> questions, ClientCapabilities declared, bool isModern)
    {
        if (questions.FirstOrDefault(question => !question.IsAllowedBy(declared)) is { } question)
        {
            throw isModern
                ? new MissingRequiredClientCapabilityException(question.NeededCapabilities)
                : new McpException($"The client does not support {question.Method}.");
        }
    }

    public static InputRequiredException ToException(IEnumerable<Question> questions, string? state) => new(
        questions.ToDictionary(static question => question.Key, static question => question.ToInputRequest(), StringComparer.Ordinal), state);

    public InputRequest ToInputRequest() => new() { Method = Method, Params = Content };

    public bool IsAllowedBy(ClientCapabilities declared) => Method switch
    {
        RequestMethods.ElicitationCreate => declared.Elicitation is not null,
        RequestMethods.SamplingCreateMessage => declared.Sampling is not null,
        _ => declared.Roots is not null,
    };

    private ClientCapabilities NeededCapabilities => Method switch
    {
        RequestMethods.ElicitationCreate => new ClientCapabilities { Elicitation = new ElicitationCapability() },
        RequestMethods.SamplingCreateMessage => new ClientCapabilities { Sampling = new SamplingCapability() },
        _ => new ClientCapabilities { Roots = new RootsCapability() },
    };
}
