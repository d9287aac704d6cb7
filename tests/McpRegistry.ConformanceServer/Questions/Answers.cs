using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Questions;

/// <summary>What the client answered. An answer that is no object counts as none, so that it is asked for again.</summary>
internal sealed class Answers
{
    private readonly Dictionary<string, JsonElement> _byKey = new(StringComparer.Ordinal);

    public Answers(IDictionary<string, InputResponse>? responses)
        : this(responses?.Select(static response => KeyValuePair.Create(response.Key, response.Value.RawValue)) ?? [])
    {
    }

    public Answers(IEnumerable<KeyValuePair<string, JsonElement>> responses)
    {
        foreach (var (key, answer) in responses)
        {
            if (answer.ValueKind == JsonValueKind.Object)
            {
                _byKey[key] = answer;
            }
        }
    }

    public bool Has(Question question) => _byKey.ContainsKey(question.Key);

    /// <summary>Gets a field that the user filled in; null when the user declined or left it out.</summary>
    public string? Field(string key, string field) =>
        _byKey[key].TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Object && content.TryGetProperty(field, out var value)
            ? value.ToString()
            : null;

    /// <summary>Gets what the user did and filled in.</summary>
    public string Summary(string key)
    {
        var answer = _byKey[key];
        var content = answer.TryGetProperty("content", out var given) ? given.GetRawText() : "{}";
        return $"action={(answer.TryGetProperty("action", out var action) ? action.ToString() : "none")}, content={content}";
    }

    public bool IsAccepted(string key) => _byKey[key].TryGetProperty("action", out var action) && action.ValueEquals("accept");

    /// <summary>Gets the text that a model wrote. Its content is one block or a list of them.</summary>
    public string SampledText(string key)
    {
        _byKey[key].TryGetProperty("content", out var content);
        var block = content.ValueKind == JsonValueKind.Array ? content.EnumerateArray().FirstOrDefault() : content;
        return block.ValueKind == JsonValueKind.Object && block.TryGetProperty("text", out var text) ? text.ToString() : "";
    }

    public IEnumerable<string> Roots(string key) => _byKey[key].TryGetProperty("roots", out var roots) && roots.ValueKind == JsonValueKind.Array
        ? roots.EnumerateArray().Select(static root => root.GetProperty("uri").ToString())
        : [];
}
