using McpRegistry.Snapshots;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;

namespace McpRegistry.AccessControl;

/// <summary>Holds the current state of the access rules. Readers take it with one volatile read; a change is one exchange.</summary>
internal sealed class AccessRules : RulesInForce<AccessRule>, IDisposable
{
    private readonly RegistrySnapshots _snapshots;
    private readonly AccessRuleUses _uses;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly BoundaryTimer _boundaries;
    private volatile AccessTable _current = AccessTable.Empty;

    public AccessRules(RegistrySnapshots snapshots, AccessRuleUses uses, TimeProvider time, ILogger<AccessRules> log, TenantDirectory? tenants = null)
    {
        (_snapshots, _uses, _time, _log) = (snapshots, uses, time, log);
        _boundaries = new BoundaryTimer(time, Turn);
        tenants?.OnTurn(Follow);
    }

    public AccessTable Current => _current;

    protected override IEnumerable<AccessRule> Known => _current.Rules.Select(static rule => rule.Rule);

    public void Dispose() => _boundaries.Dispose();

    protected override RuleState StateOf(AccessRule rule) => new(rule.Tenant, rule.Id, rule.Version, rule.UpdatedAt);

    protected override AccessRule? FindKnown(Guid id) => _current.Find(id)?.Rule;

    /// <summary>Tells who listens to lists what appeared for them or is gone.</summary>
    protected override void Publish(Func<(IReadOnlyCollection<Guid> Gone, IReadOnlyCollection<AccessRule> News)> change)
    {
        AccessTable before;
        AccessTable after;
        var now = _time.GetUtcNow();
        var touched = new HashSet<Guid>();
        lock (Writing)
        {
            before = _current;
            var (gone, news) = change();
            if (gone.Count == 0 && news.Count == 0)
            {
                return;
            }

            touched.UnionWith(gone.Select(id => before.Find(id)?.Rule.ServerId).OfType<Guid>());
            touched.UnionWith(news.Select(static rule => rule.ServerId));
            touched.UnionWith(news.Select(rule => before.Find(rule.Id)?.Rule.ServerId).OfType<Guid>());
            var compiled = news.Select(Compile).ToArray();
            after = before.With(gone, compiled);
            _current = after;
            Await_NeedsLock(compiled, now);
            foreach (var id in gone)
            {
                _uses.Remove(id);
            }
        }

        Announce(new AccessMoment(before, now), new AccessMoment(after, now), touched);
    }

    /// <summary>What belongs to a tenant that is shut out is there for nobody else either.</summary>
    private void Follow(TenantId tenant, bool isShutOut)
    {
        AccessTable before;
        AccessTable after;
        lock (Writing)
        {
            before = _current;
            _current = after = before.With(tenant, isShutOut);
        }

        if (!ReferenceEquals(before, after))
        {
            var now = _time.GetUtcNow();
            var servers = _snapshots.Current.Servers.Values.Where(entry => entry.Server.Tenant == tenant).Select(static entry => entry.Server.Id);
            Announce(new AccessMoment(before, now), new AccessMoment(after, now), [.. servers]);
        }
    }

    /// <summary>The clock has come to where rules begin or cease to hold.</summary>
    private void Turn(DateTimeOffset boundary)
    {
        var now = _time.GetUtcNow();
        var justBefore = boundary.AddTicks(-1);
        AccessTable table;
        HashSet<Guid> touched;
        lock (Writing)
        {
            table = _current;
            touched = [.. table.Rules.Where(rule => rule.NextChange(justBefore) <= now).Select(static rule => rule.Rule.ServerId)];
            Await_NeedsLock(table.Rules, now);
        }

        Announce(new AccessMoment(table, justBefore), new AccessMoment(table, now), touched);
    }

    private void Await_NeedsLock(IEnumerable<CompiledRule> rules, DateTimeOffset now) =>
        _boundaries.Await(rules.Select(rule => rule.NextChange(now)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min());

    private CompiledRule Compile(AccessRule rule)
    {
        var compiled = new CompiledRule(rule, _uses);
        if (compiled.Window.IsUnreadable)
        {
            _log.UnknownTimeZone(rule.Id, rule.TimeZone);
        }

        return compiled;
    }

    private void Announce(AccessMoment before, AccessMoment after, HashSet<Guid> touched)
    {
        if (_snapshots.Changes.Count == 0)
        {
            return;
        }

        var servers = _snapshots.Current.Servers;
        foreach (var id in touched)
        {
            if (servers.TryGetValue(id, out var entry) && CatalogueDifference.Between(null, entry) is var kinds and not ListKinds.None)
            {
                _snapshots.Changes.AnnounceAccess(entry.Server, kinds, before, after);
            }
        }
    }
}
