namespace McpRegistry.Storage;

/// <summary>Keeps what no store could keep out of records: a store that refused it later would refuse its whole batch.</summary>
internal static class JsonObjectText
{
    public const int MaxLength = 65_536;

    public static string Require(string json, string name)
    {
        ArgumentNullException.ThrowIfNull(json, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(json.Length, MaxLength, name);
        StorableJson.Check(json, name);
        return json.AsSpan().TrimStart(" \t\r\n")[0] == '{'
            ? json
            : throw new ArgumentException("The text must be a JSON object.", name);
    }
}
