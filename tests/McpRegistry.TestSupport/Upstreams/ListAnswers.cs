namespace McpRegistry.TestSupport.Upstreams;

/// <summary>Ready handlers of the list methods. Items are raw JSON arrays.</summary>
public static class ListAnswers
{
    /// <summary>All items on one page.</summary>
    public static UpstreamHandler Page(string member, string items) => exchange => exchange.ResultAsync(Render(exchange, member, items, cursor: null));

    /// <summary>One array of items per page; the cursor of the next page is its number.</summary>
    public static UpstreamHandler Pages(string member, params string[] pages) => exchange =>
    {
        var at = Cursor(exchange) is { } cursor ? int.Parse(cursor) : 0;
        return exchange.ResultAsync(Render(exchange, member, pages[at], at + 1 < pages.Length ? $"{at + 1}" : null));
    };

    /// <summary>Every page names the same next cursor.</summary>
    public static UpstreamHandler StuckCursor(string member, string items) => exchange => exchange.ResultAsync(Render(exchange, member, items, "stuck"));

    /// <summary>Every page names a new cursor, without an end.</summary>
    public static UpstreamHandler Endless(string member, string items)
    {
        var page = 0;
        return exchange => exchange.ResultAsync(Render(exchange, member, items, $"{Interlocked.Increment(ref page)}"));
    }

    /// <summary>One tool whose input schema has at least this many bytes.</summary>
    public static string ToolWithSchemaOf(string name, int bytes) =>
        $$$"""[{"name":{{{Json.Text(name)}}},"inputSchema":{"type":"object","description":"{{{new string('x', bytes)}}}"}}]""";

    private static string Render(UpstreamExchange exchange, string member, string items, string? cursor)
    {
        var next = cursor is null ? "" : $",\"nextCursor\":{Json.Text(cursor)}";
        var modern = exchange.Request.IsModern ? ""","resultType":"complete","ttlMs":0,"cacheScope":"private" """.TrimEnd() : "";
        return $$"""{"{{member}}":{{items}}{{next}}{{modern}}}""";
    }

    private static string? Cursor(UpstreamExchange exchange) =>
        exchange.Request.Params is { ValueKind: System.Text.Json.JsonValueKind.Object } parameters && parameters.TryGetProperty("cursor", out var cursor)
            ? cursor.GetString()
            : null;
}
