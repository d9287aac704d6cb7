using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using McpRegistry.Upstream;
using McpRegistry.Upstream.Http;

namespace McpRegistry.Credentials.OAuth;

/// <summary>
/// Talks to authorization servers and reads metadata, on the HTTP stack of all upstreams: every address checked, no redirects. The URLs
/// come from servers, so that they are judged here before anything is sent.
/// </summary>
internal sealed class MetadataClient(UpstreamHttp http)
{
    private const int MaxBytes = 256 * 1024;
    private const int MaxDepth = 32;
    private const int MaxUrlLength = 2_048;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" \\#\r\n\t");

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a URL that somebody else has written; null when it is none that may be asked.</summary>
    public static Uri? ReadUrl(string? text) =>
        text is { Length: > 0 and <= MaxUrlLength } && !text.AsSpan().ContainsAny(Forbidden)
        && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url is { UserInfo.Length: 0, IsUnc: false }
            ? url
            : null;

    /// <summary>Reads a document; null when there is none at this URL.</summary>
    /// <exception cref="CredentialException">The place cannot be asked.</exception>
    public async Task<JsonElement?> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var (status, body) = await SendAsync(request, "metadata", cancellationToken).ConfigureAwait(false);
        return status == HttpStatusCode.OK ? body : null;
    }

    /// <summary>Posts a form.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="form">The form.</param>
    /// <param name="authorization">The client's credentials; null when they are in the form.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The status, and the answer when it is a JSON object.</returns>
    /// <exception cref="CredentialException">The place cannot be asked.</exception>
    public async Task<(HttpStatusCode Status, JsonElement? Body)> PostAsync(
        Uri url, IEnumerable<KeyValuePair<string, string>> form, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.Authorization = authorization;
        return await SendAsync(request, "token", cancellationToken).ConfigureAwait(false);
    }

    private async Task<(HttpStatusCode Status, JsonElement? Body)> SendAsync(HttpRequestMessage request, string what, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return (response.StatusCode, await ReadAsync(response, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (OutboundAddressException.TryFind(exception, out _))
        {
            throw new CredentialException($"The {what} request would go to an address that this host may not connect to; see {OutboundOptions.SectionName}.");
        }
        catch (Exception exception) when (HttpFaults.IsTransport(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw new CredentialException($"The {what} request got no answer.");
        }
    }

    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[MaxBytes];
            var length = await stream.ReadAtLeastAsync(buffer, MaxBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (length == MaxBytes)
            {
                return null;
            }

            try
            {
                using var document = JsonDocument.Parse(buffer.AsMemory(0, length), Strict);
                return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
