namespace McpRegistry.Servers.Validation;

/// <summary>How many endpoints there are and where they are written; weight and zone of each.</summary>
internal sealed class EndpointSetRule : IServerRule
{
    private const int MaxEndpoints = 32;
    private const int MaxWeight = 1_000;

    public void Check(ServerCandidate candidate)
    {
        var definition = candidate.Definition;
        if (candidate.Endpoints.Count == 0)
        {
            candidate.Add("endpoints", "required", "A server needs an endpoint: set url or command, or list endpoints.");
        }

        if (definition.Endpoints.Count > 0 && EndpointCandidate.IsWrittenDirectly(definition))
        {
            candidate.Add("endpoints", "two_forms", "Write the one endpoint directly on the server or list endpoints, not both.");
        }

        if (definition.Endpoints.Count > MaxEndpoints)
        {
            candidate.Add("endpoints", "too_many", $"A server has at most {MaxEndpoints} endpoints; these are {definition.Endpoints.Count}.");
        }

        foreach (var endpoint in candidate.Endpoints)
        {
            CheckPlacement(candidate, endpoint);
        }
    }

    private static void CheckPlacement(ServerCandidate candidate, EndpointCandidate endpoint)
    {
        if (endpoint.Definition.Weight is < 0 or > MaxWeight)
        {
            candidate.Add(endpoint.Path + "weight", "out_of_range", $"A weight is 0 to {MaxWeight}.");
        }

        if (endpoint.Definition.Zone is { } zone && !LabelRule.IsLabel(zone))
        {
            candidate.Add(endpoint.Path + "zone", "zone_form", $"A zone has 1 to {LabelRule.MaxLabelLength} characters, no control characters and no white space around it.");
        }

        if (endpoint.Definition.Era is { } era && !Enum.IsDefined(era))
        {
            candidate.Add(endpoint.Path + "era", "unknown_value", "The era is legacy or modern.");
        }
    }
}
