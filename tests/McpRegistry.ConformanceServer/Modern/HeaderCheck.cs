using System.Text.Json.Nodes;
using McpRegistry.ConformanceServer.Http;
using McpRegistry.ConformanceServer.Tasks;
using McpRegistry.ConformanceServer.Tools;
using Microsoft.Extensions.Primitives;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Modern;

/// <summary>Checks that the routing headers say what the body says.</summary>
internal static class HeaderCheck
{
    public static Fault? Check(IHeaderDictionary headers, JsonRpcRequest request)
    {
        if (headers[ProtocolHeaders.Method] is not { Count: 1 } method || method != request.Method)
        {
            return Fault.Mismatch("The method of the header and of the body differ.");
        }

        var member = request.Method switch
        {
            RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
            RequestMethods.ResourcesRead => "uri",
            _ when TaskMethods.Names.Contains(request.Method) => "taskId",
            _ => null,
        };
        return member is null || IsSame(headers[ProtocolHeaders.Name], (request.Params as JsonObject)?[member])
            ? null
            : Fault.Mismatch($"{ProtocolHeaders.Name} and params.{member} differ.");
    }

    /// <summary>Checks the headers of the arguments that a tool wants to have in headers as well.</summary>
    public static Fault? CheckParameters(IHeaderDictionary headers, JsonRpcRequest request, ToolCatalogue tools)
    {
        var parameters = request.Params as JsonObject;
        if (request.Method != RequestMethods.ToolsCall || tools.Find(parameters?["name"]?.ToString() ?? "", isModern: true) is not { } tool)
        {
            return null;
        }

        var arguments = parameters?["arguments"] as JsonObject;
        foreach (var property in tool.InputSchema.GetProperty("properties").EnumerateObject())
        {
            if (property.Value.TryGetProperty("x-mcp-header", out var name)
                && !IsSame(headers[ProtocolHeaders.ParameterPrefix + name.GetString()], arguments?[property.Name]))
            {
                return Fault.Mismatch($"{ProtocolHeaders.ParameterPrefix}{name.GetString()} and the argument '{property.Name}' differ.");
            }
        }

        return null;
    }

    private static bool IsSame(StringValues header, JsonNode? value) => value is null
        ? header.Count == 0
        : header.Count == 1 && McpHeaderEncoder.DecodeValue(header.ToString().Trim()) is { } text && text == value.ToString();
}
