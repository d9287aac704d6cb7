using McpRegistry.Storage;
using McpRegistry.Tenancy;

namespace McpRegistry.AccessControl;

/// <summary>The rows of <see cref="InMemoryAccessRuleStore"/>, which the stores of keys and users look at too. The lock of its database is held.</summary>
internal sealed class InMemoryAccessRuleTable
{
    private readonly Dictionary<Guid, AccessRule> _rules = [];

    public IEnumerable<AccessRule> All => _rules.Values;

    public bool Contains(Guid id) => _rules.ContainsKey(id);

    public AccessRule? Find(TenantId tenant, Guid id) => _rules.TryGetValue(id, out var rule) && rule.Tenant == tenant ? rule : null;

    public void Put(AccessRule rule) => _rules[rule.Id] = rule;

    public void Remove(Guid id) => _rules.Remove(id);

    /// <summary>Tells why a user or key cannot be deleted; null when nothing is about it.</summary>
    public StoreDeletion? FindUse(TenantId tenant, AccessSubject subject)
    {
        var uses = _rules.Values.Where(rule => rule.Tenant == tenant && rule.Subject == subject).Select(static rule => rule.Id).Order().ToArray();
        return uses.Length == 0 ? null : StoreDeletion.InUse(uses.Length, [.. uses.Take(StoreDeletion.MaxNamed)]);
    }
}
