using System.Buffers.Text;
using System.Globalization;
using System.Text;
using McpRegistry.Servers;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>Which page of the list is asked for.</summary>
internal readonly record struct ListQuery(int Limit, string? AfterAlias)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    public static ListQuery Read(IQueryCollection query, List<ValidationFault> faults)
    {
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var limitText)
            && (!int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            faults.Add(new ValidationFault("limit", "out_of_range", $"A limit is a number from 1 to {MaxLimit}."));
        }

        string? after = null;
        if (query.TryGetValue("cursor", out var cursor) && !TryDecode(cursor.ToString(), out after))
        {
            faults.Add(new ValidationFault("cursor", "cursor", "Pass the nextCursor of an earlier answer, unchanged."));
        }

        return new ListQuery(limit, after);
    }

    /// <summary>The cursor is the last alias that was answered: it stays right whatever is added or deleted in between.</summary>
    public static string Encode(string lastAlias) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(lastAlias));

    private static bool TryDecode(string cursor, out string? alias)
    {
        Span<byte> bytes = stackalloc byte[ServerAlias.MaxLength];
        alias = Base64Url.IsValid(cursor, out var length) && length <= bytes.Length && Base64Url.TryDecodeFromChars(cursor, bytes, out var written)
            ? Encoding.UTF8.GetString(bytes[..written])
            : null;
        return alias is not null && ServerAlias.IsWellFormed(alias);
    }
}
