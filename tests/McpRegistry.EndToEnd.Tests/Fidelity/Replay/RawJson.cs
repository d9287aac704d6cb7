using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace McpRegistry.EndToEnd.Tests.Fidelity.Replay;

/// <summary>Takes members out of JSON text and puts them into it, all other bytes as they are.</summary>
internal static class RawJson
{
    /// <summary>Returns the members of an object without braces, less some, however those are spelt; empty for what is no object.</summary>
    public static string Members(JsonElement element, params string[] without) => element.ValueKind != JsonValueKind.Object
        ? ""
        : string.Join(',', element.EnumerateObject()
            .Select(member => (Name: Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member)), member.Value))
            .Where(member => !without.Contains(JsonTree.Unescape(Encoding.UTF8.GetBytes(member.Name)), StringComparer.Ordinal))
            .Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}"));

    public static string Join(params string[] members) => string.Join(',', members.Where(text => text.Length > 0));

    public static JsonElement? Find(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;
}
