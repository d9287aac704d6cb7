using System.Text;
using System.Text.Json;
using McpRegistry.ProtocolFuzz.Grammar;
using McpRegistry.ProtocolFuzz.Wire;

namespace McpRegistry.ProtocolFuzz.Clients;

/// <summary>Writes the messages of one client at one endpoint, proper as long as nobody changes them.</summary>
internal sealed class Messages(Dice dice, int number, bool modern, string revision, string path, string? alias, string server)
{
    private const string Both = "application/json, text/event-stream";
    private readonly string _capabilities = ClientGrammar.Capability(dice);

    public string Path => path;

    /// <summary>Makes a request; the method and params are those of the grammar.</summary>
    public HttpDraft Request(int step, (string Method, string Params) what, string? id = null)
    {
        var body = Json(step, what, id);
        var draft = Post(body);
        if (modern)
        {
            draft.Headers.Add(("MCP-Protocol-Version", "2026-07-28"));
            draft.Headers.Add(("Mcp-Method", what.Method));
            AddName(draft, what.Method, body);
            if (what.Params.Contains("\"region\"", StringComparison.Ordinal))
            {
                draft.Headers.AddRange([("Mcp-Param-Region", "eu"), ("Mcp-Param-Count", dice.Pick("3", "3", "3.0", "4"))]);
            }
        }

        return draft;
    }

    /// <summary>Writes a request as JSON text.</summary>
    public string Json(int step, (string Method, string Params) what, string? id = null) =>
        Filled($$$"""{"jsonrpc":"2.0","id":{{{id ?? ClientGrammar.Id(dice, step)}}},"method":"{{{what.Method}}}","params":{{{WithMeta(what.Params)}}}}""");

    public string Notification((string Method, string Params) what) =>
        Filled($$$"""{"jsonrpc":"2.0","method":"{{{what.Method}}}","params":{{{WithMeta(what.Params)}}}}""");

    /// <summary>Makes a POST of any body, in the session of the client where its era has one.</summary>
    public HttpDraft Post(string body)
    {
        var draft = Bare("POST");
        draft.Headers.Add(("Content-Type", "application/json"));
        draft.Body = Encoding.UTF8.GetBytes(body);
        return draft;
    }

    /// <summary>Makes a request without a body.</summary>
    public HttpDraft Bare(string verb)
    {
        var draft = new HttpDraft { Verb = verb, Path = path };
        draft.Headers.AddRange([("Host", "{{host}}"), ("Authorization", "Bearer {{key}}"), ("Accept", Both)]);
        if (!modern)
        {
            draft.Headers.Add(("Mcp-Session-Id", "{{session}}"));
            draft.Headers.Add(("MCP-Protocol-Version", revision));
        }

        return draft;
    }

    /// <summary>Opens the session of a legacy client.</summary>
    public HttpDraft Initialize()
    {
        var draft = Post(Filled($$"""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"{{revision}}","capabilities":CAPABILITIES,"clientInfo":{"name":"fuzz","version":"1"} } }"""));
        draft.Headers.RemoveAll(static header => header.Name is "Mcp-Session-Id" or "MCP-Protocol-Version");
        return draft;
    }

    public static (string Method, string Params) Call(string tool) =>
        ("tools/call", $$$"""{"name":"PREFIX{{{tool}}}","arguments":{"case":"CASE"},"_meta":{"progressToken":"p1"}}""");

    private string WithMeta(string parameters)
    {
        if (!modern)
        {
            return parameters;
        }

        return parameters.Contains("\"_meta\":{", StringComparison.Ordinal)
            ? parameters.Replace("\"_meta\":{", $"\"_meta\":{{{ClientGrammar.ModernMeta},", StringComparison.Ordinal)
            : $$"""{{parameters[..^1]}}{{(parameters.Length > 2 ? "," : "")}}"_meta":{""" + ClientGrammar.ModernMeta + "}}";
    }

    private string Filled(string text)
    {
        var prefix = alias is null ? $"{server}__" : "";
        return text
            .Replace("TOOL", $"{prefix}{dice.Pick("work", "work", "ask", "task", "nothing")}", StringComparison.Ordinal)
            .Replace("PROMPT", $"{prefix}prompt", StringComparison.Ordinal)
            .Replace("PREFIX", prefix, StringComparison.Ordinal)
            .Replace("URI", dice.Pick($"fuzz://{server}/one", $"fuzz://{server}/many/case-{number}", $"ui://{server}/app", "x:1"), StringComparison.Ordinal)
            .Replace("CAPABILITIES", _capabilities, StringComparison.Ordinal)
            .Replace("CASE", $"case-{number}", StringComparison.Ordinal);
    }

    private static void AddName(HttpDraft draft, string method, string body)
    {
        var member = method switch
        {
            "tools/call" or "prompts/get" => "name",
            "resources/read" => "uri",
            "tasks/get" or "tasks/update" or "tasks/cancel" => "taskId",
            _ => null,
        };
        if (member is not null)
        {
            draft.Headers.Add(("Mcp-Name", JsonElement.Parse(body).GetProperty("params").GetProperty(member).GetString()!));
        }
    }
}
