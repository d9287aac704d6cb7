using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>All that may change in what the server says between it and the client.</summary>
internal static class AnswerRewrites
{
    /// <summary>Stands for an id that the gateway makes up.</summary>
    private static readonly JsonTree Minted = JsonTree.String("an id of the gateway");

    /// <summary>How the gateway describes itself.</summary>
    private static JsonTree Gateway => JsonTree.Parse($$"""{"name":"McpRegistry","version":"{{GatewayIdentity.Version}}"}""");

    public static IReadOnlyList<Rewrite> Results { get; } =
    [
        new("a modern client gets the type of the result", passage => passage is { Client: Era.Modern, Server: Era.Legacy },
            static (result, _) => result.Members!["resultType"] = JsonTree.String("complete")),
        new("a modern client gets a hint on caching", passage => passage is { Client: Era.Modern, Server: Era.Legacy, IsCacheable: true }, static (result, _) =>
        {
            result.Members!["ttlMs"] = JsonTree.Parse("0");
            result.Members["cacheScope"] = JsonTree.String("private");
        }),
        new("on /mcp the answer is the gateway's", passage => passage is { Client: Era.Modern, IsMerged: true }, static (result, _) =>
            result.Ensure("_meta").Members!["io.modelcontextprotocol/serverInfo"] = Gateway),
        new("a legacy client gets no description of a modern server", passage => passage is { Client: Era.Legacy, Server: Era.Modern }, static (result, _) =>
        {
            if (result["_meta"]?.Members is { } meta && meta.Remove("io.modelcontextprotocol/serverInfo") && meta.Count == 0)
            {
                result.Remove("_meta");
            }
        }),
        new("on /mcp a resource that two servers have is the first one's, and the others' have their alias in the URI", passage => passage is { IsMerged: true, IsFirst: false },
            static (result, passage) => WrapUris(result, WrappedUri.PrefixOf(passage.Alias))),
        new("a legacy client gets no type", passage => passage is { Client: Era.Legacy, Server: Era.Modern }, static (result, _) => result.Remove("resultType")),
        new("a legacy client gets no hint", passage => passage is { Client: Era.Legacy, Server: Era.Modern, IsCacheable: true }, static (result, _) => result.Remove("ttlMs", "cacheScope")),
        new("a legacy client gets an object where a modern tool's output is any value", passage => passage is { Client: Era.Legacy, Server: Era.Modern, Method: "tools/call" }, static (result, passage) =>
        {
            if (result["structuredContent"] is { Members: null } value)
            {
                result.Members!["structuredContent"] = InObject(value);
                var blocks = result["content"]!.Items!;
                if (!blocks.Exists(static block => block["type"]?.Scalar == "\"text"))
                {
                    blocks.Add(JsonTree.Parse("""{"type":"text"}"""));
                    blocks[^1].Members!["text"] = JsonTree.String(passage.Case.Result!.Value.GetProperty("structuredContent").GetRawText());
                }
            }
        }),
        new("a legacy client gets the schema of that object", passage => passage is { Client: Era.Legacy, Server: Era.Modern, Method: "tools/list" }, static (result, _) =>
        {
            foreach (var tool in result["tools"]?.Items ?? [])
            {
                if (tool["outputSchema"] is { } schema && schema["type"]?.Scalar != "\"object")
                {
                    MoveReferences(schema);
                    var wrapped = JsonTree.Parse("""{"type":"object","required":["result"]}""");
                    wrapped.Members!["properties"] = InObject(schema);
                    tool.Members!["outputSchema"] = wrapped;
                }
            }
        }),
        new("tools that run as tasks only are hidden", passage => passage is { Server: Era.Legacy, Method: "tools/list" },
            static (result, _) => result["tools"]?.Items?.RemoveAll(static tool => tool["execution"]?["taskSupport"]?.Scalar == "\"required")),
        new("tools with an invalid x-mcp-header are left out", passage => passage is { Server: Era.Modern, Wiring.IsSocket: false, Method: "tools/list" },
            static (result, _) => result["tools"]?.Items?.RemoveAll(static tool => tool["name"]?.Scalar == "\"invalid-header")),
    ];

    public static IReadOnlyList<Rewrite> Errors { get; } =
    [
        new("a modern client hears of an unknown resource in its own way", passage => passage.Client == Era.Modern && CodeOf(passage) == -32002, static (error, passage) =>
        {
            error.Members!["code"] = JsonTree.Parse("-32602");
            var data = JsonTree.Object();
            data.Members!["uri"] = JsonTree.Of(passage.Case.Params)["uri"] ?? JsonTree.Parse("null");
            error.Members["data"] = data;
        }),
        new("an error about the hop to the server is the gateway's own", IsOfTheHop, static (error, passage) =>
        {
            error.Members!["message"] = JsonTree.String($"Server '{passage.Alias}' refused the request: {error["message"]!.Scalar![1..]}");
            error.Members["code"] = JsonTree.Parse("-32603");
            error.Members["data"] = JsonTree.Parse($$"""{"reason":"protocol_error","upstream":"{{passage.Alias}}"}""");
        }),
    ];

    /// <summary>What may change in the params of a question.</summary>
    public static IReadOnlyList<Rewrite> Questions { get; } =
    [
        new("clients before 2025-11-25 do not know the mode", IsOld, static (question, _) => question.Remove("mode")),
        new("clients before 2025-11-25 know one content per message", IsOld, static (question, _) =>
        {
            foreach (var message in question["messages"]?.Items ?? [])
            {
                if (message["content"]?.Items is [var only])
                {
                    message.Members!["content"] = only;
                }
            }
        }),
        new("in 2025-11-25 a URL has an id", passage => passage is { Client: Era.Legacy, Server: Era.Modern } && !IsOld(passage), static (question, _) =>
        {
            if (question["mode"]?.Scalar == "\"url")
            {
                question.Members!["elicitationId"] = Minted;
            }
        }),
        new("in 2026-07-28 a URL has none", passage => passage is { Client: Era.Modern, Server: Era.Legacy }, static (question, _) => question.Remove("elicitationId")),
    ];

    private static JsonTree InObject(JsonTree value)
    {
        var wrapped = JsonTree.Object();
        wrapped.Members!["result"] = value;
        return wrapped;
    }

    private static void MoveReferences(JsonTree schema)
    {
        if (schema["$ref"]?.Scalar is { } reference)
        {
            schema.Members!["$ref"] = JsonTree.String(reference[1..].Replace("#/", "#/properties/result/", StringComparison.Ordinal));
        }

        foreach (var part in (IEnumerable<JsonTree>?)schema.Members?.Values ?? schema.Items ?? [])
        {
            MoveReferences(part);
        }
    }

    /// <summary>Wraps the URIs that all servers of the corpus know, by the template that they share.</summary>
    private static void WrapUris(JsonTree result, string prefix)
    {
        var messages = result["messages"]?.Items?.Select(static message => message["content"]) ?? [];
        foreach (var item in messages.Concat(result["content"]?.Items ?? []).OfType<JsonTree>())
        {
            foreach (var holder in (JsonTree?[])[item, item["resource"]])
            {
                if (holder?["uri"]?.Scalar is { } uri && uri.StartsWith("\"demo://resource/dynamic/", StringComparison.Ordinal))
                {
                    holder.Members!["uri"] = JsonTree.String(prefix + uri[1..]);
                }
            }
        }
    }

    /// <summary>Reads what the client was asked, with the placeholder for an id of the gateway.</summary>
    public static JsonTree Asked(JsonTree question, Passage passage)
    {
        if (passage is { Client: Era.Legacy, Server: Era.Modern } && question["elicitationId"] is { Scalar.Length: 33 })
        {
            question.Members!["elicitationId"] = Minted;
        }

        return question;
    }

    /// <summary>Tells whether the answer is an error with which the server wants a URL to be opened.</summary>
    public static bool WantsUrl(Passage passage) => CodeOf(passage) == -32042;

    private static bool IsOld(Passage passage) => string.CompareOrdinal(passage.ClientRevision, RawClient.LegacyVersion) < 0;

    private static bool IsOfTheHop(Passage passage) => CodeOf(passage) is -32020 or -32022 || (CodeOf(passage) == -32021 && passage.Client == Era.Legacy);

    private static int CodeOf(Passage passage) => passage.Case.Error is { } error && error.TryGetProperty("code", out var code) && code.TryGetInt32(out var value) ? value : 0;
}
