using McpRegistry.Protocol;

namespace McpRegistry.Routing.Conditions;

/// <summary>Compares a field that is text. Of a field with several values one has to pass; a call that lacks it passes negations only.</summary>
internal sealed class TextCondition(string path, RouteField about, string? header, TextTest test, bool isNegated) : RouteCondition(path)
{
    public override RouteField Fields => about;

    public override int Cost => test.Cost;

    public override IEnumerable<string> Headers => header is null ? [] : [header];

    public override Truth Of(in RouteFacts facts) => facts.IsUnknown(about) ? Truth.Unknown : When(Holds(facts) != isNegated);

    public override void AddKeys(List<RouteKeys> keys)
    {
        if (!isNegated && !test.Values.IsDefault)
        {
            keys.Add(new RouteKeys(new RouteKeyField(about, header?.ToLowerInvariant()), test.Values));
        }
    }

    private bool Holds(in RouteFacts facts)
    {
        switch (about)
        {
            case RouteField.Method:
                return test.Holds(McpMethods.Name(facts.Method));
            case RouteField.Tool or RouteField.Prompt or RouteField.Resource:
                return facts.ItemField == about && facts.Item is { } item && test.Holds(item);
            case RouteField.Server:
                return facts.Server is { } server && test.Holds(server.Alias);
            case RouteField.Role:
                return facts.Caller.Role is { } role && test.Holds(RoleNames.Of(role));
            case RouteField.Header:
                return facts.Header(header!) is { } value && test.Holds(value);
            case RouteField.Tag:
                foreach (var tag in facts.Server?.Tags ?? [])
                {
                    if (test.Holds(tag))
                    {
                        return true;
                    }
                }

                return false;
            default:
                foreach (var endpoint in facts.Server?.Endpoints ?? [])
                {
                    if (test.Holds(TransportNames.Of(endpoint.Transport)))
                    {
                        return true;
                    }
                }

                return false;
        }
    }
}
