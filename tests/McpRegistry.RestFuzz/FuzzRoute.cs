namespace McpRegistry.RestFuzz;

/// <summary>A route of the REST API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Pattern">The path, with its parameters.</param>
/// <param name="Parameters">How many these are.</param>
internal sealed record FuzzRoute(string Method, string Pattern, int Parameters)
{
    /// <summary>Gets the first part behind the root, by which ids are kept.</summary>
    public string Kind => Pattern.Split('/')[3];

    public bool IsRead => Method is "GET" or "HEAD";

    public bool IsList => Method == "GET" && Parameters == 0 && Pattern.Count(static c => c == '/') == 3;

    public override string ToString() => $"{Method} {Pattern}";
}
