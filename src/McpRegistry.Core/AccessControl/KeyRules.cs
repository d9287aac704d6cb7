using System.Collections.Concurrent;
using McpRegistry.ApiKeys;

namespace McpRegistry.AccessControl;

/// <summary>
/// Reads the access rules about keys. A key that replaces another one is good from the moment that its rules are in the store; a replica
/// that has not heard of them yet would let it do more than its predecessor.
/// </summary>
internal sealed class KeyRules(AccessRules rules, IAccessRuleStore? store = null)
{
    private const int Page = 1_000;
    private const int Capacity = 10_000;

    // By key, how often all rules had been replaced before its own were read. What changes after that is told by the feed.
    private readonly ConcurrentDictionary<Guid, long> _taken = new();

    /// <summary>Reads the rules about one key.</summary>
    public static async ValueTask<List<AccessRule>> ReadAsync(IAccessRuleStore store, ApiKey key, CancellationToken cancellationToken)
    {
        var read = new List<AccessRule>();
        IReadOnlyList<AccessRule> page;
        do
        {
            page = await store
                .ListBySubjectAsync(key.Tenant, AccessSubject.ForApiKey(key.Id), read.Count == 0 ? null : read[^1].Id, Page, cancellationToken)
                .ConfigureAwait(false);
            read.AddRange(page);
        }
        while (page.Count == Page);

        return read;
    }

    /// <summary>Puts the rules about a key in force here, however far the change feed has come. They are read once while no reload comes.</summary>
    public async ValueTask TakeOverAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var replacements = rules.Replacements;

        // A program that only checks keys may have no store of rules, and so none.
        if (store is null || (_taken.TryGetValue(key.Id, out var taken) && taken == replacements))
        {
            return;
        }

        // Each further round means that a rule has just been taken out, which may be one of those that were read.
        long removals;
        do
        {
            removals = rules.Removals;
        }
        while (!rules.TrySave(await ReadAsync(store, key, cancellationToken).ConfigureAwait(false), removals));

        if (_taken.Count >= Capacity)
        {
            _taken.Clear();
        }

        _taken[key.Id] = replacements;
    }
}
