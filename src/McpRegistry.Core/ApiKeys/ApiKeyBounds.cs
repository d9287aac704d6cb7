using System.Collections.Immutable;

namespace McpRegistry.ApiKeys;

/// <summary>Keeps what a bounded key makes, changes or rotates within its own bounds: it could take off its own otherwise.</summary>
internal static class ApiKeyBounds
{
    private const string Code = "not_granted";

    public static void Check(ApiKey? maker, ApiKeyDefinition wanted, List<ValidationFault> faults) =>
        Check(maker, wanted.AllowedServers, wanted.AllowedMethods, wanted.AllowedAddresses, wanted.ExpiresAt, faults);

    /// <param name="maker">The key of the caller; null for none.</param>
    /// <param name="rotated">The key that gets a successor.</param>
    /// <param name="end">When the successor ends; null for never.</param>
    /// <param name="faults">Takes what reaches further.</param>
    public static void CheckRotation(ApiKey? maker, ApiKey rotated, DateTimeOffset? end, List<ValidationFault> faults) =>
        Check(maker, rotated.AllowedServers, rotated.AllowedMethods, rotated.AllowedAddresses, end, faults);

    private static void Check(
        ApiKey? maker, ImmutableArray<Guid> servers, ImmutableArray<string> methods, ImmutableArray<string> addresses, DateTimeOffset? end,
        List<ValidationFault> faults)
    {
        if (maker is null)
        {
            return;
        }

        CheckList("allowedServers", maker.AllowedServers, servers, maker.AllowedServers.Contains, faults);
        CheckList("allowedMethods", maker.AllowedMethods, methods, method => maker.AllowedMethods.Contains(method, StringComparer.Ordinal), faults);
        CheckList("allowedAddresses", maker.AllowedAddresses, addresses, entry => new AddressList(maker.AllowedAddresses).Covers(entry), faults);
        if (maker.ExpiresAt is { } last && (end is null || end > last))
        {
            faults.Add(new("expiresAt", Code, "The caller's own key ends earlier, and makes none that outlives it."));
        }
    }

    private static void CheckList<T>(string path, ImmutableArray<T> own, ImmutableArray<T> wanted, Func<T, bool> isOwn, List<ValidationFault> faults)
    {
        if (!own.IsDefaultOrEmpty && (wanted.IsDefaultOrEmpty || !wanted.All(isOwn)))
        {
            faults.Add(new(path, Code, "The caller's own key is bounded here, and makes none that reaches further."));
        }
    }
}
