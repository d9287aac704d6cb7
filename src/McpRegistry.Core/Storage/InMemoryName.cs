namespace McpRegistry.Storage;

/// <summary>Compares names that are unique ignoring case. The databases keep this form in a column beside the name.</summary>
internal static class InMemoryName
{
    // The databases compare by this form too; a comparer of their own would fold other letters.
    public static string Key(string name) => name.ToUpperInvariant();

    public static bool AreEqual(string left, string right) => string.Equals(Key(left), Key(right), StringComparison.Ordinal);
}
