using Microsoft.Extensions.Logging;

namespace McpRegistry.Routing;

/// <summary>Holds the current state of the routing rules. Readers take it with one volatile read; a change is one exchange.</summary>
internal sealed class RoutingRules(ILogger<RoutingRules> log)
{
    private readonly Lock _writing = new();
    private volatile RoutingTable _current = RoutingTable.Empty;
    private Dictionary<Guid, long>? _savedMeanwhile;
    private List<Func<RoutingRule, bool>>? _goneMeanwhile;

    public RoutingTable Current => _current;

    /// <summary>Takes rules over; one that is switched off goes.</summary>
    public void Save(params IReadOnlyCollection<RoutingRule> saved) => Publish(table =>
    {
        // An echo of this replica's own write, or a state that is older than what is known, changes nothing.
        RoutingRule[] news = [.. saved.Where(rule => table.Find(rule.Id) is not { } known || known.Rule.Version < rule.Version)];
        foreach (var rule in news)
        {
            _savedMeanwhile?[rule.Id] = rule.Version;
        }

        return ([], news);
    });

    /// <summary>Takes over that rules are gone.</summary>
    public void Remove(Func<RoutingRule, bool> isGone) => Publish(table =>
    {
        _goneMeanwhile?.Add(isGone);
        return ([.. table.Rules.Where(route => isGone(route.Rule)).Select(static route => route.Rule.Id)], []);
    });

    /// <summary>Says that all rules are about to be read: what is saved until <see cref="Replace"/> may be missing or older among them, and what goes may be there.</summary>
    public void BeginReplacing()
    {
        lock (_writing)
        {
            (_savedMeanwhile, _goneMeanwhile) = ([], []);
        }
    }

    /// <summary>
    /// Takes over all rules that there are, even where they are older: the store may have been restored from a backup. What was saved since
    /// <see cref="BeginReplacing"/> stays, and what went is gone; the change feed tells of both after this.
    /// </summary>
    public void Replace(IReadOnlyCollection<RoutingRule> all)
    {
        var ids = all.Select(static rule => rule.Id).ToHashSet();
        Publish(table =>
        {
            var (meanwhile, gone) = (_savedMeanwhile ?? [], _goneMeanwhile ?? []);
            (_savedMeanwhile, _goneMeanwhile) = (null, null);
            var stored = all.Where(rule => !gone.Exists(isGone => isGone(rule)));
            return (
                [.. table.Rules.Select(static route => route.Rule.Id).Where(id => !ids.Contains(id) && !meanwhile.ContainsKey(id))],
                [.. stored.Where(rule => meanwhile.TryGetValue(rule.Id, out var saved) ? saved < rule.Version : IsOther(table, rule))]);
        });
    }

    /// <summary>In a restored store, a rule that was changed since may have got to the version that is known, with other contents.</summary>
    private static bool IsOther(RoutingTable table, RoutingRule rule) =>
        table.Find(rule.Id) is not { } known || known.Rule.Version != rule.Version || known.Rule.UpdatedAt != rule.UpdatedAt;

    private void Publish(Func<RoutingTable, (List<Guid> Gone, RoutingRule[] News)> change)
    {
        lock (_writing)
        {
            var before = _current;
            var (gone, news) = change(before);
            gone.AddRange(news.Where(rule => !rule.IsActive && before.Find(rule.Id) is not null).Select(static rule => rule.Id));
            var compiled = news.Where(static rule => rule.IsActive).Select(rule => Compile(rule, before, gone)).OfType<CompiledRoute>().ToArray();
            if (gone.Count > 0 || compiled.Length > 0)
            {
                _current = before.With(gone, compiled);
            }
        }
    }

    /// <summary>A rule that this version cannot read, be it of a newer one, is left out rather than half obeyed.</summary>
    private CompiledRoute? Compile(RoutingRule rule, RoutingTable before, List<Guid> gone)
    {
        var faults = new List<ValidationFault>();
        var route = RouteCompiler.Compile(rule, before.Find(rule.Id)?.Rotation, faults);
        if (faults.Count == 0)
        {
            return route;
        }

        log.UnreadableRule(rule.Id, rule.Name, faults[0].Path, faults[0].Code);
        gone.Add(rule.Id);
        return null;
    }
}
