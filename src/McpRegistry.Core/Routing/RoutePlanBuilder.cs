using System.Collections.Frozen;
using System.Collections.Immutable;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing;

/// <summary>Puts each rule behind the field whose values the fewest other rules share, so that a call meets few that cannot hold.</summary>
internal static class RoutePlanBuilder
{
    /// <summary>Makes the plan of one owner.</summary>
    /// <param name="rules">Its active rules, in any order.</param>
    public static RoutePlan Build(IEnumerable<CompiledRoute> rules)
    {
        ImmutableArray<CompiledRoute> ordered =
            [.. rules.OrderBy(static route => route.Rule.Priority).ThenBy(static route => route.Rule.CreatedAt).ThenBy(static route => route.Rule.Id)];
        var keys = ordered.Select(KeysOf).ToArray();
        var counts = new Dictionary<(RouteKeyField, string), int>();
        foreach (var (field, value) in keys.SelectMany(static own => own).SelectMany(static key => key.Values.Select(value => (key.Of, value))))
        {
            counts[(field, value)] = counts.GetValueOrDefault((field, value)) + 1;
        }

        var behind = new Dictionary<RouteKeyField, Dictionary<string, List<int>>>();
        var others = new List<int>();
        for (var place = 0; place < ordered.Length; place++)
        {
            if (keys[place].Count == 0)
            {
                others.Add(place);
                continue;
            }

            var best = keys[place].MinBy(key => key.Values.IsEmpty ? 0 : key.Values.Max(value => counts[(key.Of, value)]));
            foreach (var value in best.Values)
            {
                var values = Of(behind, best.Of);
                if (!values.TryGetValue(value, out var places))
                {
                    values.Add(value, places = []);
                }

                places.Add(place);
            }
        }

        return new RoutePlan(
            ordered,
            behind.ToFrozenDictionary(
                static pair => pair.Key,
                static pair => pair.Value.ToFrozenDictionary(static values => values.Key, static values => values.Value.ToArray(), StringComparer.Ordinal)),
            [.. others]);
    }

    private static List<RouteKeys> KeysOf(CompiledRoute route)
    {
        var keys = new List<RouteKeys>();
        route.Condition.AddKeys(keys);
        return keys;
    }

    private static Dictionary<string, List<int>> Of(Dictionary<RouteKeyField, Dictionary<string, List<int>>> behind, RouteKeyField field)
    {
        if (!behind.TryGetValue(field, out var values))
        {
            behind.Add(field, values = new Dictionary<string, List<int>>(StringComparer.Ordinal));
        }

        return values;
    }
}
