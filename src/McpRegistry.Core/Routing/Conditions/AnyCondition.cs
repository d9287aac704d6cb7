namespace McpRegistry.Routing.Conditions;

/// <summary>Holds when some part holds; without parts it never does.</summary>
internal sealed class AnyCondition(string path, IEnumerable<RouteCondition> parts) : GroupCondition(path, parts)
{
    public override Truth Of(in RouteFacts facts)
    {
        var result = Truth.No;
        foreach (var part in Parts)
        {
            var truth = part.Of(facts);
            if (truth == Truth.Yes)
            {
                return Truth.Yes;
            }

            result = truth > result ? truth : result;
        }

        return result;
    }

    /// <summary>A field that every part restricts is restricted to what any of them allows.</summary>
    public override void AddKeys(List<RouteKeys> keys)
    {
        var all = Parts.Select(static part =>
        {
            var own = new List<RouteKeys>();
            part.AddKeys(own);
            return own;
        }).ToArray();
        foreach (var field in all.Length == 0 ? [] : all[0].Select(static key => key.Of).Distinct())
        {
            if (Array.TrueForAll(all, own => own.Exists(key => key.Of == field)))
            {
                keys.Add(new RouteKeys(field, [.. all.SelectMany(own => own.First(key => key.Of == field).Values).Distinct(StringComparer.Ordinal)]));
            }
        }
    }
}
