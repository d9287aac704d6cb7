namespace McpRegistry.Routing.Conditions;

/// <summary>Holds when all parts hold; without parts it always does.</summary>
internal sealed class AllCondition(string path, IEnumerable<RouteCondition> parts) : GroupCondition(path, parts)
{
    public override Truth Of(in RouteFacts facts)
    {
        var result = Truth.Yes;
        foreach (var part in Parts)
        {
            var truth = part.Of(facts);
            if (truth == Truth.No)
            {
                return Truth.No;
            }

            result = truth < result ? truth : result;
        }

        return result;
    }

    public override void AddKeys(List<RouteKeys> keys)
    {
        foreach (var part in Parts)
        {
            part.AddKeys(keys);
        }
    }

    public override RouteCondition? Culprit(in RouteFacts facts)
    {
        var whole = Of(facts);
        foreach (var part in Parts)
        {
            if (whole != Truth.Yes && part.Of(facts) == whole)
            {
                return part.Culprit(facts);
            }
        }

        return null;
    }
}
