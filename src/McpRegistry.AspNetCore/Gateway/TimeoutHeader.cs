using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Reads the header by which a client, or a proxy before it, says how long it waits for the calls of a request.</summary>
internal static class TimeoutHeader
{
    private const string Name = "Mcp-Registry-Timeout-Ms";

    /// <summary>Gets the time in milliseconds; 0 when none was sent, or what was sent says nothing: no whole number from 1 on, or more than one.</summary>
    public static int Of(IHeaderDictionary headers) =>
        headers.TryGetValue(Name, out var values) && values.Count == 1
        && long.TryParse(values[0].AsSpan().Trim(" \t"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? (int)Math.Min(milliseconds, int.MaxValue)
            : 0;
}
