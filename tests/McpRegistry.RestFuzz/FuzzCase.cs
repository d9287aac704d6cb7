namespace McpRegistry.RestFuzz;

/// <summary>One hostile request.</summary>
internal sealed class FuzzCase
{
    /// <summary>What stands in a path for the id of something that is made for this request.</summary>
    public const string Fresh = "{fresh}";

    public required FuzzRoute Route { get; init; }

    public required string Path { get; init; }

    /// <summary>Gets what is hostile about it.</summary>
    public required string What { get; init; }

    /// <summary>Gets a value that tells whether no server may take it; else it only must not fail.</summary>
    public bool MustBeRefused { get; init; }

    public byte[]? Body { get; init; }

    public string? ContentType { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Makes the same request for something that was just made.</summary>
    public FuzzCase At(string id) => new()
    {
        Route = Route,
        Path = Path.Replace(Fresh, id, StringComparison.Ordinal),
        What = What,
        MustBeRefused = MustBeRefused,
        Body = Body,
        ContentType = ContentType,
        Headers = Headers,
    };
}
