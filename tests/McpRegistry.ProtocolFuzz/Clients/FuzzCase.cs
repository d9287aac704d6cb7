namespace McpRegistry.ProtocolFuzz.Clients;

/// <summary>A few exchanges that belong together, made from nothing but a seed and a number.</summary>
/// <param name="Number">Which one it is.</param>
/// <param name="Category">What it is about.</param>
/// <param name="Path">The endpoint that it uses.</param>
/// <param name="Steps">The exchanges in order.</param>
internal sealed record FuzzCase(int Number, Category Category, string Path, IReadOnlyList<FuzzStep> Steps)
{
    /// <summary>Gets the definition of the server that exists while the case runs; null for none.</summary>
    public string? Server { get; init; }
}
