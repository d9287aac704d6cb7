using McpRegistry.EndToEnd.Tests.Wire;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>All that may change in the params of a request between the client and the server.</summary>
internal static class RequestRewrites
{
    /// <summary>Stands for a token of the gateway, of which only the kind can be known.</summary>
    public static readonly JsonTree Token = JsonTree.String("the gateway's token");

    private const string Reserved = "io.modelcontextprotocol/";

    public static IReadOnlyList<Rewrite> Table { get; } =
    [
        new("on /mcp the server gets its own name of the tool or prompt", passage => passage is { IsMerged: true, Method: "tools/call" or "prompts/get" },
            static (request, passage) => request.Members!["name"] = JsonTree.Of(passage.Case.Params)["name"]!),
        new("on /mcp the server gets its own name of the prompt to complete", passage => passage is { IsMerged: true, Method: "completion/complete" },
            static (request, passage) => request.Members!["ref"] = JsonTree.Of(passage.Case.Params)["ref"]!),
        new("the server gets its own id of the task", passage => passage.Method is "tasks/get" or "tasks/update" or "tasks/cancel",
            static (request, passage) => request.Members!["taskId"] = JsonTree.Of(passage.Case.Params)["taskId"]!),
        new("a progress token becomes one of the gateway", static passage => true, static (request, _) =>
        {
            if (request["_meta"]?["progressToken"] is not null)
            {
                request["_meta"]!.Members!["progressToken"] = Token;
            }
        }),
        new("the gateway asks for progress itself", passage => passage.Method is "tools/call" or "prompts/get" or "resources/read",
            static (request, _) => request.Ensure("_meta").Members!["progressToken"] = Token),
        new("baggage ends at the gateway", static passage => true, static (request, _) => request["_meta"]?.Remove("baggage")),
        new("the envelope of one hop is not that of the next", static passage => true, static (request, passage) => request["_meta"]?.Remove(
            [Reserved + "protocolVersion", Reserved + "clientCapabilities", .. passage.Client == Era.Legacy || passage.Server == Era.Legacy ? [Reserved + "clientInfo", Reserved + "logLevel"] : (string[])[]])),
        new("reserved keys mean nothing to legacy servers", passage => passage.Server == Era.Legacy, static (request, _) => request["_meta"]?.Remove(
            [.. request["_meta"]!.Members?.Keys.Where(key => key.StartsWith(Reserved, StringComparison.Ordinal)) ?? []])),
        new("a modern server gets an envelope of its own", passage => passage.Server == Era.Modern, static (request, passage) =>
        {
            var meta = request.Ensure("_meta").Members!;
            meta[Reserved + "protocolVersion"] = JsonTree.String(RawClient.ModernVersion);
            meta[Reserved + "clientCapabilities"] = JsonTree.Parse(Declared.AtModernServer(passage.ClientRevision));
            if (passage.Client == Era.Legacy)
            {
                meta[Reserved + "clientInfo"] = JsonTree.Parse("""{"name":"raw","version":"1"}""");
                meta[Reserved + "logLevel"] = JsonTree.String("debug");
            }
        }),
        new("no task is asked for of a legacy server", passage => passage is { Server: Era.Legacy, Method: "tools/call" }, static (request, _) => request.Remove("task")),
        new("answers and states mean nothing to legacy servers", passage => passage is { Server: Era.Legacy, Method: "tools/call" or "prompts/get" or "resources/read" },
            static (request, _) => request.Remove("inputResponses", "requestState")),
    ];

    /// <summary>Reads what the server got, with the placeholder for a token of the gateway.</summary>
    public static JsonTree Received(JsonTree request)
    {
        if (request["_meta"]?["progressToken"] is { Scalar: [>= '0' and <= '9', ..] })
        {
            request["_meta"]!.Members!["progressToken"] = Token;
        }

        return request;
    }
}
