using System.Diagnostics;
using System.Globalization;
using McpRegistry.Protocol;

namespace McpRegistry.Telemetry;

/// <summary>
/// Names and attributes of spans after the OpenTelemetry conventions for MCP. Arguments, results and session ids, with which
/// one could act, are in no span.
/// </summary>
internal static class SpanTags
{
    /// <summary>Longer ones are no item's: on the endpoint of one server names come unchecked from the client.</summary>
    private const int MaxNameLength = 256;

    /// <summary>Longer ones tell spans apart no better, and may be as long as a request.</summary>
    private const int MaxIdLength = 64;

    /// <summary>Gets the method; one that is not of MCP is a client's text, of which there may be any number.</summary>
    public static string Method(McpMethod method) => method == McpMethod.Unknown ? "_OTHER" : McpMethods.Name(method);

    public static void SetMethod(Activity span, McpMethod method, string revision)
    {
        span.SetTag("mcp.method.name", Method(method));
        span.SetTag("mcp.protocol.version", revision);
        if (method == McpMethod.ToolsCall)
        {
            span.SetTag("gen_ai.operation.name", "execute_tool");
        }
    }

    /// <summary>Sets the client's id of the request, which the conventions want as a text.</summary>
    public static void SetRequestId(Activity span, string id) =>
        span.SetTag("jsonrpc.request.id", id.Length <= MaxIdLength ? id : id[..MaxIdLength]);

    /// <summary>Sets what the request is for. The name of a tool or prompt is part of the span's own.</summary>
    public static void SetTarget(Activity span, McpMethod method, string? target)
    {
        if (target is null or { Length: > MaxNameLength })
        {
            return;
        }

        switch (method)
        {
            case McpMethod.ToolsCall:
                span.SetTag("gen_ai.tool.name", target);
                span.DisplayName = $"{McpMethods.Name(method)} {target}";
                break;
            case McpMethod.PromptsGet:
                span.SetTag("gen_ai.prompt.name", target);
                span.DisplayName = $"{McpMethods.Name(method)} {target}";
                break;
            case McpMethod.ResourcesRead:
                span.SetTag("mcp.resource.uri", target);
                break;
        }
    }

    public static void SetError(Activity span, int code, string? message)
    {
        var text = code.ToString(CultureInfo.InvariantCulture);
        span.SetTag("rpc.response.status_code", text);
        SetError(span, text, message);
    }

    public static void SetError(Activity span, string type, string? message)
    {
        span.SetTag("error.type", type);
        span.SetStatus(ActivityStatusCode.Error, message);
    }

    /// <summary>A tool that failed answers with a result that says so.</summary>
    public static void SetOutcome(Activity span, McpMethod method, ReadOnlySpan<byte> result)
    {
        if (method == McpMethod.ToolsCall && JsonMembers.Find(result, "isError"u8) is { IsMissing: false } isError && isError.Of(result).SequenceEqual("true"u8))
        {
            SetError(span, "tool_error", null);
        }
    }
}
