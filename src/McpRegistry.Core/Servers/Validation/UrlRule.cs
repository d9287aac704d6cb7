namespace McpRegistry.Servers.Validation;

/// <summary>The form of the URLs of endpoints.</summary>
internal sealed class UrlRule(UrlCheck urls) : IServerRule
{
    public void Check(ServerCandidate candidate)
    {
        foreach (var endpoint in candidate.Endpoints)
        {
            if (endpoint.Definition.Url is { } url)
            {
                urls.Check(candidate, endpoint.Path + "url", url, endpoint.Transport);
            }
        }
    }
}
