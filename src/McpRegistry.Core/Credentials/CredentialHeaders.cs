using System.Net.Http.Headers;

namespace McpRegistry.Credentials;

/// <summary>The headers that show a server who the gateway is. Compared by reference: which ones were refused matters.</summary>
internal sealed class CredentialHeaders(IReadOnlyCollection<KeyValuePair<string, string>> headers)
{
    public static CredentialHeaders Authorization(string value) => new([KeyValuePair.Create("Authorization", value)]);

    public void Put(HttpRequestHeaders target)
    {
        foreach (var (name, value) in headers)
        {
            // Twice under one name would be two values.
            target.Remove(name);
            target.TryAddWithoutValidation(name, value);
        }
    }

    public void Take(HttpRequestHeaders target)
    {
        foreach (var (name, _) in headers)
        {
            target.Remove(name);
        }
    }
}
