using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>The checks of 2026-07-28 on <c>Mcp-Param-*</c>, as a server makes them that has this input schema.</summary>
public static class ParameterRules
{
    private const int HeaderMismatch = -32020;

    /// <summary>Answers only calls whose headers repeat what the schema says they must; any other gets 400 and -32020.</summary>
    /// <param name="schema">Gives the input schema of the tool, which may change between calls.</param>
    /// <param name="next">Answers the others.</param>
    public static UpstreamHandler Checked(Func<string> schema, UpstreamHandler next) => exchange =>
    {
        var arguments = exchange.Request.Params.TryGetProperty("arguments", out var given) ? given : default;
        return Fault(JsonElement.Parse(schema()), arguments, exchange.Request.Headers) is { } fault
            ? exchange.ErrorAsync(HeaderMismatch, fault, status: 400)
            : next(exchange);
    };

    private static string? Fault(JsonElement schema, JsonElement arguments, IReadOnlyDictionary<string, string> headers)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            return null;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var value = arguments.ValueKind == JsonValueKind.Object && arguments.TryGetProperty(property.Name, out var found) ? found : default;
            if (property.Value.TryGetProperty("x-mcp-header", out var name))
            {
                var header = headers.GetValueOrDefault("Mcp-Param-" + name.GetString());
                if (!Same(value, header))
                {
                    return $"Mcp-Param-{name} is {header ?? "missing"}";
                }
            }

            if (Fault(property.Value, value, headers) is { } inner)
            {
                return inner;
            }
        }

        return null;
    }

    private static bool Same(JsonElement value, string? header) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => header is null,
        JsonValueKind.String => header is not null && value.ValueEquals(Decode(header)),
        JsonValueKind.Number => header is not null && header == value.GetDecimal().ToString("0", CultureInfo.InvariantCulture),
        JsonValueKind.True or JsonValueKind.False => header == (value.GetBoolean() ? "true" : "false"),
        _ => header is null,
    };

    private static string Decode(string header) =>
        header.Length > 10 && header.StartsWith("=?base64?", StringComparison.Ordinal) && header.EndsWith("?=", StringComparison.Ordinal)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(header[9..^2]))
            : header;
}
