using System.Net;
using System.Text.Json;

namespace McpRegistry.AspNetCore.Tests;

/// <summary>A response, read whole.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The faults of a problem as <c>path:code</c>.</summary>
    public IEnumerable<string> Faults =>
        Json.GetProperty("errors").EnumerateArray().Select(static fault => $"{fault.GetProperty("path")}:{fault.GetProperty("code")}");

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Content.Headers.ContentType?.ToString(),
        response.Headers.ToDictionary(static header => header.Key, static header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));

    public void AssertProblem(HttpStatusCode status, string code)
    {
        Assert.Equal(status, Status);
        Assert.StartsWith("application/problem+json", ContentType, StringComparison.Ordinal);
        Assert.Equal(code, Json.GetProperty("code").GetString());
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
    }
}
