using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Keeps an enum as its name in lower snake case, or as the name that the member itself gives, so that SQL reads well and members can be reordered.</summary>
/// <typeparam name="TEnum">An enum without flags.</typeparam>
internal sealed class EnumTextConverter<TEnum>() : ValueConverter<TEnum, string>(
    value => EnumText<TEnum>.Write(value),
    text => EnumText<TEnum>.Read(text))
    where TEnum : struct, Enum;

internal static class EnumText<TEnum>
    where TEnum : struct, Enum
{
    private static readonly FrozenDictionary<TEnum, string> Names = Enum.GetValues<TEnum>()
        .ToFrozenDictionary(value => value, value => NameOf(value.ToString()));

    private static readonly FrozenDictionary<string, TEnum> Values =
        Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string Write(TEnum value) => Names[value];

    public static TEnum Read(string text) => Values[text];

    public static bool TryRead(string text, out TEnum value) => Values.TryGetValue(text, out value);

    private static string NameOf(string member) =>
        typeof(TEnum).GetField(member)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(member);
}
