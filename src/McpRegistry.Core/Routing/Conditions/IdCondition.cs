using System.Collections.Frozen;

namespace McpRegistry.Routing.Conditions;

/// <summary>Compares who calls: the tenant, the user or the key.</summary>
internal sealed class IdCondition(string path, RouteField about, IEnumerable<Guid> ids, bool isNegated) : RouteCondition(path)
{
    private readonly FrozenSet<Guid> _ids = ids.ToFrozenSet();

    public override RouteField Fields => about;

    public override Truth Of(in RouteFacts facts)
    {
        if (facts.IsUnknown(about))
        {
            return Truth.Unknown;
        }

        var id = about switch
        {
            RouteField.Tenant => facts.Caller.Tenant.Value,
            RouteField.User => facts.Caller.UserId,
            _ => facts.Caller.KeyId,
        };
        return When((id is { } known && _ids.Contains(known)) != isNegated);
    }

    public override void AddKeys(List<RouteKeys> keys)
    {
        if (!isNegated)
        {
            keys.Add(new RouteKeys(new RouteKeyField(about), [.. _ids.Select(static id => id.ToString())]));
        }
    }
}
