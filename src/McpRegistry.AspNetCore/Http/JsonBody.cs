using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace McpRegistry.AspNetCore.Http;

/// <summary>Reads the JSON body of a registry request within bounds.</summary>
internal static class JsonBody
{
    private const int MaxLength = 1024 * 1024;
    private const int MaxDepth = 32;
    private const int ChunkLength = 16 * 1024;

    /// <summary>Reads the body. Duplicate members are let through for the reader of the document to report with their path.</summary>
    /// <returns>The document, to be disposed, or the answer that says what is wrong with the body.</returns>
    public static async Task<(JsonDocument? Document, Problem? Problem)> ReadAsync(HttpContext context)
    {
        if (!IsJson(context.Request.ContentType))
        {
            return (null, new Problem(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", "unsupported_media_type", "Send the body as application/json in UTF-8."));
        }

        byte[]? body;
        try
        {
            body = await ReadBytesAsync(context.Request);
        }
        catch (BadHttpRequestException exception)
        {
            return (null, exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : Malformed("The body ended before it was complete."));
        }

        return body is null ? (null, TooLarge()) : Parse(body);
    }

    /// <summary>Hands the body to who answers the request, or answers what is wrong with it.</summary>
    public static async Task UseAsync(HttpContext context, Func<JsonElement, Task> answer)
    {
        var (document, problem) = await ReadAsync(context);
        using (document)
        {
            await (document is null ? problem!.WriteAsync(context) : answer(document.RootElement));
        }
    }

    private static (JsonDocument? Document, Problem? Problem) Parse(byte[] body)
    {
        if (!Utf8.IsValid(body))
        {
            return (null, Malformed("The body is not UTF-8."));
        }

        try
        {
            return (JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth }), null);
        }
        catch (JsonException exception)
        {
            return (null, Malformed($"The body is not JSON, or nested deeper than {MaxDepth} levels, at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}."));
        }
    }

    private static async Task<byte[]?> ReadBytesAsync(HttpRequest request)
    {
        if (request.ContentLength > MaxLength)
        {
            return null;
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: null or > MaxLength } limit)
        {
            limit.MaxRequestBodySize = MaxLength;
        }

        using var buffer = new MemoryStream((int)(request.ContentLength ?? ChunkLength));
        var chunk = new byte[ChunkLength];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxLength)
            {
                return null;
            }

            await buffer.WriteAsync(chunk.AsMemory(0, read));
        }

        return buffer.ToArray();
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var parsed)
        && parsed.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!parsed.Charset.HasValue || parsed.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || parsed.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));

    private static Problem TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, "Body too large", "too_large", $"A body has at most {MaxLength} bytes.");

    private static Problem Malformed(string detail) =>
        new(StatusCodes.Status400BadRequest, "Malformed body", "malformed", detail);
}
