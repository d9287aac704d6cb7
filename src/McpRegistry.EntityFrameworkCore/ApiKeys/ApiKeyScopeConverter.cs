using System.Numerics;
using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace McpRegistry.EntityFrameworkCore.ApiKeys;

/// <summary>Keeps scopes as their names in lower snake case, lowest bit first, separated by one space.</summary>
internal sealed class ApiKeyScopeConverter() : ValueConverter<ApiKeyScope, string>(
    value => Write(value),
    text => Read(text))
{
    private static string Write(ApiKeyScope value)
    {
        var names = new List<string>(BitOperations.PopCount((uint)value));
        for (var rest = (uint)value; rest != 0; rest &= rest - 1)
        {
            names.Add(EnumText<ApiKeyScope>.Write((ApiKeyScope)(1 << BitOperations.TrailingZeroCount(rest))));
        }

        return string.Join(' ', names);
    }

    private static ApiKeyScope Read(string text) => text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(ApiKeyScope.None, (scopes, name) => scopes | EnumText<ApiKeyScope>.Read(name));
}
