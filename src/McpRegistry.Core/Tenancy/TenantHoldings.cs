using System.Collections.Immutable;
using McpRegistry.ApiKeys;
using McpRegistry.Servers;

namespace McpRegistry.Tenancy;

/// <summary>What keeps a tenant from being deleted.</summary>
internal sealed class TenantHoldings(IServerStore servers, IApiKeyStore keys)
{
    private const int MaxCounted = 1_000;
    private const int MaxNamed = 5;

    public async ValueTask<ImmutableArray<ValidationFault>> FindAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<ValidationFault>();
        var serverRows = await servers.ListAsync(tenant, null, MaxCounted, cancellationToken).ConfigureAwait(false);
        Add("servers", [.. serverRows.Select(static row => row.Server.Alias)]);
        var keyRows = await keys.ListAsync(tenant, null, MaxCounted, cancellationToken).ConfigureAwait(false);
        Add("apiKeys", [.. keyRows.Select(static row => row.Key.Name)]);
        return found.ToImmutable();

        void Add(string kind, IReadOnlyList<string> names)
        {
            if (names.Count > 0)
            {
                var count = names.Count == MaxCounted ? $"{MaxCounted} or more" : $"{names.Count}";
                var more = names.Count > MaxNamed ? ", ..." : "";
                found.Add(new ValidationFault(kind, "in_use", $"There are {count}: {string.Join(", ", names.Take(MaxNamed))}{more}. Delete them first."));
            }
        }
    }
}
