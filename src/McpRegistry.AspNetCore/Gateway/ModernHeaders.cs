using System.Buffers;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Compares the headers of a modern request with its body (protocol.md 2.1, step 8).</summary>
internal static class ModernHeaders
{
    private static readonly SearchValues<char> Legal = SearchValues.Create(['\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(static code => (char)code)]);

    /// <summary>Checks a request.</summary>
    /// <returns>The first fault, or null.</returns>
    public static GatewayError? Check(IHeaderDictionary headers, ClientMessage message)
    {
        if (Single(headers, "Mcp-Method", out var method) is { } fault)
        {
            return fault;
        }

        if (!string.Equals(method, message.Text(message.MethodName), StringComparison.Ordinal))
        {
            return EraClassifier.Mismatch("The header Mcp-Method and the body name different methods.");
        }

        var expected = message.Method switch
        {
            McpMethod.ToolsCall or McpMethod.PromptsGet => message.Text(message.Name),
            McpMethod.ResourcesRead => message.Text(message.Uri),
            McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => message.Text(message.TaskId),
            _ => null,
        };
        return expected is null ? null : CheckName(headers, expected);
    }

    private static GatewayError? CheckName(IHeaderDictionary headers, string expected)
    {
        if (Single(headers, "Mcp-Name", out var name) is { } fault)
        {
            return fault;
        }

        var decoded = McpHeaderEncoder.DecodeValue(name);
        return string.Equals(decoded, expected, StringComparison.Ordinal)
            ? null
            : EraClassifier.Mismatch("The header Mcp-Name and the body name different items.");
    }

    /// <summary>Visible ASCII, space and tab (2026-07-28, Streamable HTTP, value encoding): others read bytes beyond it in their own ways.</summary>
    public static bool IsIllegal(string value) => value.AsSpan().ContainsAnyExcept(Legal);

    /// <summary>Reads a header that must be there exactly once; a second one could be what another party reads.</summary>
    public static GatewayError? Single(IHeaderDictionary headers, string header, out string value)
    {
        var values = headers[header];
        value = values.Count == 1 ? values[0]!.Trim(' ', '\t') : "";
        return values.Count switch
        {
            1 when IsIllegal(value) => EraClassifier.Mismatch($"The header {header} has characters that a header may not have; encode its value as =?base64?...?=."),
            0 => EraClassifier.Mismatch($"The header {header} is missing."),
            1 => null,
            _ => EraClassifier.Mismatch($"The header {header} is sent more than once."),
        };
    }
}
