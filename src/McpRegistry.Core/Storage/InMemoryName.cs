namespace McpRegistry.Storage;

/// <summary>Compares names that are unique ignoring case. The databases keep this form in a column beside the name.</summary>
internal static class InMemoryName
{
    public static bool AreEqual(string left, string right) =>
        string.Equals(left.ToUpperInvariant(), right.ToUpperInvariant(), StringComparison.Ordinal);
}
