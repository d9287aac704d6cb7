namespace McpRegistry.Credentials;

/// <summary>Compares what two credentials say. The records cannot: their arrays compare by reference.</summary>
internal static class CredentialEquality
{
    public static bool SaySame(ServerCredential? left, ServerCredential? right) =>
        ReferenceEquals(left, right)
        || (left is not null
            && right is not null
            && left.HeaderNames.SequenceEqual(right.HeaderNames, StringComparer.Ordinal)
            && left.Scopes.SequenceEqual(right.Scopes, StringComparer.Ordinal)
            && left.Parameters.Count == right.Parameters.Count
            && left.Parameters.All(pair => right.Parameters.TryGetValue(pair.Key, out var value) && string.Equals(value, pair.Value, StringComparison.Ordinal))
            && left == right with { HeaderNames = left.HeaderNames, Scopes = left.Scopes, Parameters = left.Parameters });
}
