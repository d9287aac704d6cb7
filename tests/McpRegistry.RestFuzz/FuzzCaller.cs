namespace McpRegistry.RestFuzz;

/// <summary>Who sends a hostile request.</summary>
/// <param name="Name">Who it is, for people.</param>
/// <param name="Http">Its client, with its key.</param>
/// <param name="MayChange">Whether it may change what the installation shows; whatever another sends must leave that as it is.</param>
internal sealed record FuzzCaller(string Name, HttpClient Http, bool MayChange);
