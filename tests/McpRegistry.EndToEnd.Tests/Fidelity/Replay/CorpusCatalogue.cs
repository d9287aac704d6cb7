using System.Text.Json;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>Everything that the cases list or name, as the lists of a server that has all of it.</summary>
internal sealed class CorpusCatalogue
{
    private static readonly (string Method, string Member, string Key)[] Kinds =
    [
        ("tools/list", "tools", "name"), ("prompts/list", "prompts", "name"), ("resources/list", "resources", "uri"), ("resources/templates/list", "resourceTemplates", "uriTemplate"),
    ];

    private readonly Dictionary<string, OrderedDictionary<string, string>> _items = Kinds.ToDictionary(
        kind => kind.Method, _ => new OrderedDictionary<string, string>(StringComparer.Ordinal), StringComparer.Ordinal);

    public CorpusCatalogue(IReadOnlyList<CorpusCase> cases)
    {
        foreach (var entry in cases.OrderBy(entry => entry.Result is null ? 1 : 0))
        {
            foreach (var (_, member, key) in Kinds.Where(kind => kind.Method == entry.Method))
            {
                foreach (var item in entry.Result is { } result && RawJson.Find(result, member) is { } list ? list.EnumerateArray() : default)
                {
                    // A tool that breaks a rule is a fault of its server, which then counts as degraded for good.
                    if (item.GetProperty(key).GetString() is { } name and not "invalid-header")
                    {
                        _items[entry.Method].TryAdd(name, item.GetRawText());
                    }
                }
            }
        }

        foreach (var entry in cases)
        {
            Name(entry);
        }
    }

    /// <summary>Gets the items of a list, by name or URI, as raw JSON.</summary>
    public IReadOnlyDictionary<string, string> Items(string method) => _items[method];

    public static string MemberOf(string method) => Kinds.Single(kind => kind.Method == method).Member;

    /// <summary>Answers what is no part of a case: the gateway's own reading of the lists.</summary>
    public string Answer(ReceivedRequest request)
    {
        if (!_items.TryGetValue(request.Method, out var items))
        {
            return $$$"""{"jsonrpc":"2.0","id":{{{request.Id}}},"error":{"code":-32000,"message":"No case expects {{{request.Method}}}."}}""";
        }

        var modern = request.IsModern ? ""","resultType":"complete","ttlMs":0,"cacheScope":"private" """ : "";
        return $$$"""{"jsonrpc":"2.0","id":{{{request.Id}}},"result":{"{{{MemberOf(request.Method)}}}":[{{{string.Join(',', items.Values)}}}]{{{modern}}}}}""";
    }

    /// <summary>Adds what a case only names: on <c>/mcp</c> nothing else is found.</summary>
    private void Name(CorpusCase entry)
    {
        switch (entry.Method)
        {
            case "tools/call" when Text(entry.Params, "name") is { } tool:
                _items["tools/list"].TryAdd(tool, $$$"""{"name":{{{JsonSerializer.Serialize(tool)}}},"inputSchema":{"type":"object"}}""");
                break;
            case "prompts/get" when Text(entry.Params, "name") is { } prompt:
                Prompt(prompt);
                break;
            case "resources/read" or "resources/subscribe" or "resources/unsubscribe" or "notifications/resources/updated" when Text(entry.Params, "uri") is { } uri:
                _items["resources/list"].TryAdd(uri, $$"""{"uri":{{JsonSerializer.Serialize(uri)}},"name":"named"}""");
                break;
            case "completion/complete" when RawJson.Find(entry.Params, "ref") is { } reference:
                if (Text(reference, "uri") is { } template)
                {
                    _items["resources/templates/list"].TryAdd(template, $$"""{"uriTemplate":{{JsonSerializer.Serialize(template)}},"name":"named"}""");
                }
                else
                {
                    Prompt(Text(reference, "name")!);
                }

                break;
        }
    }

    private void Prompt(string name) => _items["prompts/list"].TryAdd(name, $$"""{"name":{{JsonSerializer.Serialize(name)}}}""");

    private static string? Text(JsonElement element, string name) => RawJson.Find(element, name)?.GetString();
}
