using McpRegistry.Snapshots;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging;

namespace McpRegistry.AccessControl;

/// <summary>Holds the current state of the access rules. Readers take it with one volatile read; a change is one exchange.</summary>
internal sealed class AccessRules : IDisposable
{
    private readonly RegistrySnapshots _snapshots;
    private readonly AccessRuleUses _uses;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly BoundaryTimer _boundaries;
    private readonly Lock _writing = new();
    private volatile AccessTable _current = AccessTable.Empty;
    private HashSet<Guid>? _savedMeanwhile;
    private List<Func<AccessRule, bool>>? _goneMeanwhile;
    private long _removals;
    private long _replacements;

    public AccessRules(RegistrySnapshots snapshots, AccessRuleUses uses, TimeProvider time, ILogger<AccessRules> log, TenantDirectory? tenants = null)
    {
        (_snapshots, _uses, _time, _log) = (snapshots, uses, time, log);
        _boundaries = new BoundaryTimer(time, Turn);
        tenants?.OnTurn(Follow);
    }

    public AccessTable Current => _current;

    /// <summary>Gets how often rules were taken out.</summary>
    public long Removals => Volatile.Read(ref _removals);

    /// <summary>Gets how often all rules were replaced.</summary>
    public long Replacements => Volatile.Read(ref _replacements);

    /// <summary>Takes rules over, and tells who listens to lists what appeared for them or is gone.</summary>
    /// <param name="saved">The rules as they are now.</param>
    public void Save(params IReadOnlyCollection<AccessRule> saved) => Publish(table => ([], Newer(table, saved)));

    /// <summary>Takes over rules that were read, unless some were taken out since: nobody would come again for one that is among them.</summary>
    /// <param name="read">The rules as they were read.</param>
    /// <param name="removals">What <see cref="Removals"/> was before they were.</param>
    /// <returns>Whether they are in force.</returns>
    public bool TrySave(IReadOnlyCollection<AccessRule> read, long removals)
    {
        var isCurrent = false;
        Publish(table => (isCurrent = _removals == removals) ? ([], Newer(table, read)) : ([], []));
        return isCurrent;
    }

    /// <summary>Takes over that rules are gone.</summary>
    public void Remove(Func<AccessRule, bool> isGone) => Publish(table =>
    {
        _removals++;
        _goneMeanwhile?.Add(isGone);
        return ([.. table.Rules.Where(rule => isGone(rule.Rule)).Select(static rule => rule.Rule.Id)], []);
    });

    /// <summary>Says that all rules are about to be read: what is saved until <see cref="Replace"/> may be missing among them, and what goes may be there.</summary>
    public void BeginReplacing()
    {
        lock (_writing)
        {
            (_savedMeanwhile, _goneMeanwhile) = ([], []);
        }
    }

    /// <summary>Takes over all rules that there are, even where they are older: the store may have been restored from a backup.</summary>
    /// <returns>Those that are not among them and were saved since <see cref="BeginReplacing"/>. They stay; whether they are gone must be looked up.</returns>
    public IReadOnlyList<AccessRule> Replace(IReadOnlyCollection<AccessRule> all)
    {
        var ids = all.Select(static rule => rule.Id).ToHashSet();
        var kept = new List<AccessRule>();
        Publish(table =>
        {
            _removals++;
            _replacements++;
            var missing = table.Rules.Select(static rule => rule.Rule).Where(rule => !ids.Contains(rule.Id)).ToLookup(rule => _savedMeanwhile?.Contains(rule.Id) == true);
            kept.AddRange(missing[true]);
            var stored = all.Where(rule => _goneMeanwhile?.Exists(isGone => isGone(rule)) != true);
            var news = stored.Where(rule => _savedMeanwhile?.Contains(rule.Id) == true ? IsNewer(table, rule) : IsOther(table, rule)).ToArray();
            (_savedMeanwhile, _goneMeanwhile) = (null, null);
            return ([.. missing[false].Select(static rule => rule.Id)], news);
        });
        return kept;
    }

    public void Dispose() => _boundaries.Dispose();

    /// <summary>An echo of this replica's own write, or a state that is older than what is known, changes nothing.</summary>
    private static IReadOnlyCollection<AccessRule> Newer(AccessTable table, IReadOnlyCollection<AccessRule> saved) =>
        [.. saved.Where(rule => IsNewer(table, rule))];

    private static bool IsNewer(AccessTable table, AccessRule rule) => table.Find(rule.Id) is not { } known || known.Rule.Version < rule.Version;

    /// <summary>In a restored store, a rule that was changed since may have got to the version that is known, with other contents.</summary>
    private static bool IsOther(AccessTable table, AccessRule rule) =>
        table.Find(rule.Id) is not { } known || known.Rule.Version != rule.Version || known.Rule.UpdatedAt != rule.UpdatedAt;

    private void Publish(Func<AccessTable, (IReadOnlyCollection<Guid> Gone, IReadOnlyCollection<AccessRule> News)> change)
    {
        AccessTable before;
        AccessTable after;
        var now = _time.GetUtcNow();
        var touched = new HashSet<Guid>();
        lock (_writing)
        {
            before = _current;
            var (gone, news) = change(before);
            if (gone.Count == 0 && news.Count == 0)
            {
                return;
            }

            touched.UnionWith(gone.Select(id => before.Find(id)?.Rule.ServerId).OfType<Guid>());
            touched.UnionWith(news.Select(static rule => rule.ServerId));
            touched.UnionWith(news.Select(rule => before.Find(rule.Id)?.Rule.ServerId).OfType<Guid>());
            _savedMeanwhile?.UnionWith(news.Select(static rule => rule.Id));
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
        lock (_writing)
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
        lock (_writing)
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
