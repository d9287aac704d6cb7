using System.Collections.Immutable;
using System.Text;
using McpRegistry.Protocol;
using McpRegistry.Servers.Validation;
using McpRegistry.Tenancy;
using McpRegistry.Users;

namespace McpRegistry.ApiKeys;

/// <summary>The rules for keys; a user learns of all faults at once.</summary>
internal sealed class ApiKeyDefinitionValidator(IUserStore users, TimeProvider time)
{
    public const int MaxName = 200;
    public static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(30);

    private const int MaxDescription = 2_000;
    private const int MaxEntries = 1_000;

    /// <param name="tenant">Whose key it is.</param>
    /// <param name="granted">What the caller may do.</param>
    /// <param name="definition">What it wants.</param>
    /// <param name="existing">The key as it is, whose end may lie in the past as long as it stays; null for a new one.</param>
    /// <param name="cancellationToken">Cancels the look-up of the owner.</param>
    public async ValueTask<ImmutableArray<ValidationFault>> CheckAsync(
        TenantId tenant, ApiKeyAuthority granted, ApiKeyDefinition definition, ApiKey? existing, CancellationToken cancellationToken)
    {
        var faults = new List<ValidationFault>();
        CheckTexts(definition, faults);
        CheckScopes(definition.Scopes, granted.Scopes, faults);
        if (definition.ExpiresAt is { } end && end <= time.GetUtcNow() && end != existing?.ExpiresAt)
        {
            faults.Add(new("expiresAt", "past", "A key ends in the future. To end it now, revoke it."));
        }

        CheckLists(definition, faults);
        ApiKeyBounds.Check(granted.Key, definition, faults);
        CheckLimit("limitPerHour", definition.LimitPerHour, faults);
        CheckLimit("limitPerDay", definition.LimitPerDay, faults);
        if (definition.Owner is { } owner && await users.FindAsync(tenant, owner, cancellationToken).ConfigureAwait(false) is null)
        {
            faults.Add(new("owner", "unknown", "The tenant has no such user."));
        }

        return [.. faults];
    }

    /// <param name="key">The key that is rotated.</param>
    /// <param name="granted">What the caller may do.</param>
    /// <param name="overlap">How long the key works on; null for the default.</param>
    /// <param name="end">When its successor ends; null for never.</param>
    public static ImmutableArray<ValidationFault> CheckRotation(ApiKey key, ApiKeyAuthority granted, TimeSpan? overlap, DateTimeOffset? end)
    {
        var faults = new List<ValidationFault>();
        CheckScopes(key.Scopes, granted.Scopes, faults);
        ApiKeyBounds.CheckRotation(granted.Key, key, end, faults);
        if (overlap < TimeSpan.Zero || overlap > MaxOverlap)
        {
            faults.Add(new("overlapSeconds", "out_of_range", $"An overlap has 0 to {(long)MaxOverlap.TotalSeconds} seconds."));
        }

        return [.. faults];
    }

    private static void CheckTexts(ApiKeyDefinition definition, List<ValidationFault> faults)
    {
        if (string.IsNullOrWhiteSpace(definition.Name))
        {
            faults.Add(new("name", "required", "A key needs a name."));
        }
        else if (definition.Name.Length > MaxName)
        {
            faults.Add(new("name", "too_long", $"A name has at most {MaxName} characters."));
        }
        else if (!PlainText.IsOneLine(definition.Name))
        {
            faults.Add(new("name", "control_characters", "A name has no control characters."));
        }

        if (definition.Description is { } description && !PlainText.IsClean(description))
        {
            faults.Add(new("description", "control_characters", "A description has no control characters but line breaks and tabs."));
        }

        if (definition.Description?.Length > MaxDescription)
        {
            faults.Add(new("description", "too_long", $"A description has at most {MaxDescription} characters."));
        }
    }

    private static void CheckScopes(ApiKeyScope wanted, ApiKeyScope granted, List<ValidationFault> faults)
    {
        if (wanted == ApiKeyScope.None)
        {
            faults.Add(new("scopes", "required", "A key needs at least one scope."));
        }
        else if ((wanted & ~ApiKeyScopes.All) != ApiKeyScope.None)
        {
            faults.Add(new("scopes", "unknown_value", "There is no such scope."));
        }
        else if (!granted.Allows(wanted.Expand()))
        {
            faults.Add(new("scopes", "not_granted", "A key cannot have a scope that its maker lacks."));
        }
    }

    private static void CheckLists(ApiKeyDefinition definition, List<ValidationFault> faults)
    {
        CheckEntries("allowedServers", definition.AllowedServers, static id => id != Guid.Empty, "The id of a server is expected.", faults);
        CheckEntries("allowedMethods", definition.AllowedMethods, IsMethod, "The name of an MCP method is expected, such as tools/call.", faults);
        CheckEntries("allowedAddresses", definition.AllowedAddresses, AddressList.IsEntry, "An IPv4 or IPv6 address is expected, or a network such as 10.0.0.0/8 without bits beyond its prefix.", faults);
    }

    private static bool IsMethod(string name) => name.Length > 0 && McpMethods.Parse(Encoding.UTF8.GetBytes(name)) != McpMethod.Unknown;

    private static void CheckEntries<T>(string path, ImmutableArray<T> entries, Func<T, bool> isGood, string message, List<ValidationFault> faults)
    {
        if (entries.Length > MaxEntries)
        {
            faults.Add(new(path, "too_many", $"At most {MaxEntries} entries are allowed."));
            return;
        }

        for (var i = 0; i < entries.Length; i++)
        {
            if (!isGood(entries[i]))
            {
                faults.Add(new($"{path}[{i}]", "invalid", message));
            }
        }
    }

    private static void CheckLimit(string path, int? limit, List<ValidationFault> faults)
    {
        if (limit < 1)
        {
            faults.Add(new(path, "out_of_range", "A limit is at least 1."));
        }
    }
}
