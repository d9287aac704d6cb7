using Microsoft.Extensions.Logging;

namespace McpRegistry.Routing;

/// <summary>Holds the current state of the routing rules. Readers take it with one volatile read; a change is one exchange.</summary>
internal sealed class RoutingRules(ILogger<RoutingRules> log)
{
    private readonly Lock _writing = new();
    private volatile RoutingTable _current = RoutingTable.Empty;

    public RoutingTable Current => _current;

    /// <summary>Takes rules over; one that is switched off goes.</summary>
    public void Save(params IReadOnlyCollection<RoutingRule> saved) => Publish(_ => [], saved);

    /// <summary>Takes over that rules are gone.</summary>
    public void Remove(Func<RoutingRule, bool> isGone) =>
        Publish(table => [.. table.Rules.Where(route => isGone(route.Rule)).Select(static route => route.Rule.Id)], []);

    /// <summary>Takes over all rules that there are.</summary>
    public void Replace(IReadOnlyCollection<RoutingRule> all)
    {
        var ids = all.Select(static rule => rule.Id).ToHashSet();
        Publish(table => [.. table.Rules.Select(static route => route.Rule.Id).Where(id => !ids.Contains(id))], all);
    }

    private void Publish(Func<RoutingTable, List<Guid>> findGone, IReadOnlyCollection<RoutingRule> saved)
    {
        lock (_writing)
        {
            var before = _current;
            var gone = findGone(before);

            // An echo of this replica's own write, or a state that is older than what is known, changes nothing.
            var news = saved.Where(rule => before.Find(rule.Id) is not { } known || known.Rule.Version < rule.Version).ToArray();
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
