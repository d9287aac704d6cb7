using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpRegistry.AspNetCore.Http;

/// <summary>
/// The form of REST answers. Quotes and letters beyond ASCII stay readable on a terminal; that is safe where the answer is
/// served as JSON and never put into a page.
/// </summary>
internal static class ReadableJson
{
    public static JsonSerializerOptions CreateOptions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
