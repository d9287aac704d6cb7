using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpRegistry.AspNetCore.Http;

/// <summary>The names of an enumeration in JSON: lower-case with underscores, unless the member itself names another.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal static class WireNames<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Names =
        Enum.GetValues<T>().ToFrozenDictionary(static value => value, static value => NameOf(value.ToString()));

    private static readonly FrozenDictionary<string, T> Values =
        Names.ToFrozenDictionary(static pair => pair.Value, static pair => pair.Key, StringComparer.Ordinal);

    public static string All { get; } = string.Join(", ", Names.OrderBy(static pair => pair.Key).Select(static pair => pair.Value));

    public static string Of(T value) => Names[value];

    public static bool TryParse(string name, out T value) => Values.TryGetValue(name, out value);

    private static string NameOf(string member) =>
        typeof(T).GetField(member)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(member);
}
