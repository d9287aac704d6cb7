namespace McpRegistry.RestFuzz;

/// <summary>Who sends a hostile request.</summary>
/// <param name="Name">Who it is, for people.</param>
/// <param name="Http">Its client, with its key.</param>
/// <param name="Reach">What it may change.</param>
internal sealed record FuzzCaller(string Name, HttpClient Http, FuzzReach Reach);
