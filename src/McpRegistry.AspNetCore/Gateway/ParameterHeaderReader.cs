using System.Buffers;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Collects the headers <c>Mcp-Param-*</c> of a tool call, those that no schema asks for too: they are forwarded (protocol.md 2.4).</summary>
internal static class ParameterHeaderReader
{
    /// <summary>Web servers stop at about this; one that was told to take more must not pass it all on.</summary>
    private const int MaxHeaders = 100;

    private const int MaxChars = 64 * 1024;

    /// <summary>Reads the headers of a request.</summary>
    /// <param name="headers">All headers.</param>
    /// <param name="message">The request.</param>
    /// <param name="found">The ones for parameters; empty when there are none or with a fault.</param>
    /// <returns>The first fault, or null.</returns>
    public static GatewayError? Read(IHeaderDictionary headers, ClientMessage message, out IReadOnlyList<KeyValuePair<string, string>> found)
    {
        found = [];
        if (message.Method != McpMethod.ToolsCall)
        {
            return null;
        }

        // Enumerating through the interface would allocate, and nearly every call has none of these headers.
        var count = headers.Count;
        var all = ArrayPool<KeyValuePair<string, StringValues>>.Shared.Rent(count);
        try
        {
            headers.CopyTo(all, 0);
            return Select(all.AsSpan(0, count), ref found);
        }
        finally
        {
            ArrayPool<KeyValuePair<string, StringValues>>.Shared.Return(all, clearArray: true);
        }
    }

    private static GatewayError? Select(ReadOnlySpan<KeyValuePair<string, StringValues>> all, ref IReadOnlyList<KeyValuePair<string, string>> found)
    {
        List<KeyValuePair<string, string>>? selected = null;
        var chars = 0;
        foreach (var (name, values) in all)
        {
            if (!name.StartsWith(ParameterHeaders.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (values.Count != 1)
            {
                return EraClassifier.Mismatch($"The header {name} is sent more than once.");
            }

            var value = values[0]!.Trim(' ', '\t');
            if (ModernHeaders.IsIllegal(value))
            {
                return EraClassifier.Mismatch($"The header {name} has characters that a header may not have; encode its value as =?base64?...?=.");
            }

            selected ??= [];
            selected.Add(new(name, value));
            chars += name.Length + value.Length;
            if (selected.Count > MaxHeaders || chars > MaxChars)
            {
                return new GatewayError(ErrorCodes.InvalidRequest, $"The headers {ParameterHeaders.Prefix}* are too many or too long.", "too_large")
                {
                    HttpStatus = StatusCodes.Status431RequestHeaderFieldsTooLarge,
                };
            }
        }

        found = selected ?? found;
        return null;
    }
}
