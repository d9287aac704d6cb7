namespace McpRegistry.Credentials.OAuth;

/// <summary>Compares the places of URLs.</summary>
internal static class Origins
{
    public static bool AreSame(Uri left, Uri right) =>
        Uri.Compare(left, right, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Gets the https or http form of a WebSocket's URL; others come back as they are.</summary>
    public static Uri ToHttp(Uri url) => url.Scheme switch
    {
        "wss" => new UriBuilder(url) { Scheme = "https" }.Uri,
        "ws" => new UriBuilder(url) { Scheme = "http" }.Uri,
        _ => url,
    };
}
