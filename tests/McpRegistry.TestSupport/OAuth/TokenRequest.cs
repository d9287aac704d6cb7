using System.Net;
using System.Text;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.TestSupport.OAuth;

/// <summary>A request for a token, as it came.</summary>
public sealed class TokenRequest
{
    internal TokenRequest(ReceivedRequest request)
    {
        Authorization = request.Headers.GetValueOrDefault("Authorization");
        Headers = request.Headers;
        Form = Encoding.UTF8.GetString(request.Body.Span)
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(static pair => pair.Split('=', 2))
            .ToDictionary(static pair => WebUtility.UrlDecode(pair[0]), static pair => WebUtility.UrlDecode(pair.ElementAtOrDefault(1) ?? ""), StringComparer.Ordinal);
    }

    public string? Authorization { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public IReadOnlyDictionary<string, string> Form { get; }

    /// <summary>Tells whether it comes from a client, by header or body; an assertion is for a test to check.</summary>
    internal bool IsOf(string id, string secret)
    {
        if (Form.ContainsKey("client_assertion"))
        {
            return true;
        }

        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}"));
        return Authorization == $"Basic {basic}"
            || (Form.GetValueOrDefault("client_id") == id && Form.GetValueOrDefault("client_secret") == secret);
    }
}
