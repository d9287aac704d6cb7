using McpRegistry.Credentials;

namespace McpRegistry.Servers;

/// <summary>
/// Compares what two servers say, not when and under which version they said it. The records cannot: their arrays compare
/// by reference.
/// </summary>
internal static class ServerEquality
{
    public static bool SaySame(RegisteredServer left, RegisteredServer right) =>
        left.Tenant == right.Tenant
        && string.Equals(left.Name, right.Name, StringComparison.Ordinal)
        && string.Equals(left.Description, right.Description, StringComparison.Ordinal)
        && left.Owner == right.Owner
        && left.Visibility == right.Visibility
        && left.InMaintenance == right.InMaintenance
        && left.Tags.SequenceEqual(right.Tags, StringComparer.Ordinal)
        && ConnectSame(left, right)
        && SpreadSame(left, right);

    /// <summary>Tells whether calls are spread over the same endpoints in the same way.</summary>
    public static bool SpreadSame(RegisteredServer left, RegisteredServer right) =>
        left.Endpoints.Length == right.Endpoints.Length
        && left.Endpoints.Zip(right.Endpoints).All(static pair =>
            pair.First.Weight == pair.Second.Weight && string.Equals(pair.First.Zone, pair.Second.Zone, StringComparison.Ordinal));

    /// <summary>Tells whether open connections of one serve the other as well.</summary>
    public static bool ConnectSame(RegisteredServer left, RegisteredServer right) =>
        left.Id == right.Id
        && string.Equals(left.Alias, right.Alias, StringComparison.Ordinal)
        && left.Origin == right.Origin
        && left.Isolation == right.Isolation
        && left.Enabled == right.Enabled
        && CredentialEquality.SaySame(left.Credential, right.Credential)
        && left.Endpoints.Length == right.Endpoints.Length
        && left.Endpoints.Zip(right.Endpoints).All(static pair => LeadSame(pair.First, pair.Second));

    private static bool LeadSame(ServerEndpoint left, ServerEndpoint right) =>
        left.Id == right.Id
        && left.Transport == right.Transport
        && string.Equals(left.Url, right.Url, StringComparison.Ordinal)
        && string.Equals(left.Command, right.Command, StringComparison.Ordinal)
        && string.Equals(left.WorkingDirectory, right.WorkingDirectory, StringComparison.Ordinal)
        && left.Era == right.Era
        && left.Arguments.SequenceEqual(right.Arguments, StringComparer.Ordinal)
        && left.Environment.Count == right.Environment.Count
        && left.Environment.All(pair =>
            right.Environment.TryGetValue(pair.Key, out var value) && string.Equals(value, pair.Value, StringComparison.Ordinal));
}
