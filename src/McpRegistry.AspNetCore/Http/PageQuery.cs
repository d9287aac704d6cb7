using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Http;

/// <summary>Which page of a list is asked for.</summary>
/// <param name="Limit">The most rows to answer.</param>
/// <param name="After">The last position that was answered; null for the first page.</param>
internal readonly record struct PageQuery(int Limit, string? After)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MaxPositionBytes = 1_024;

    /// <summary>Reads <c>limit</c> and <c>cursor</c>.</summary>
    /// <param name="query">The query of the request.</param>
    /// <param name="faults">Takes what is wrong with them.</param>
    /// <param name="isPosition">Tells whether a text can be a position in this list.</param>
    public static PageQuery Read(IQueryCollection query, List<ValidationFault> faults, Func<string, bool> isPosition)
    {
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var limitText)
            && (!int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            faults.Add(new ValidationFault("limit", "out_of_range", $"A limit is a number from 1 to {MaxLimit}."));
        }

        string? after = null;
        if (query.TryGetValue("cursor", out var cursor) && (Decode(cursor.ToString()) is not { } position || !isPosition(after = position)))
        {
            faults.Add(new ValidationFault("cursor", "cursor", "Pass the nextCursor of an earlier answer, unchanged."));
        }

        return new PageQuery(limit, after);
    }

    /// <summary>Reads the same for a list in the order of its ids.</summary>
    public static PageQuery ReadByIds(IQueryCollection query, List<ValidationFault> faults) => Read(query, faults, static position => Guid.TryParseExact(position, "D", out _));

    /// <summary>Gets the last position of a list in the order of its ids; null for the first page.</summary>
    public Guid? AfterId => After is { } position ? Guid.ParseExact(position, "D") : null;

    /// <summary>Gets how many rows to ask for: one more than the page has tells whether there is a next one.</summary>
    public int Wanted => Limit + 1;

    /// <summary>Returns the cursor of the next page; null for the last one.</summary>
    /// <param name="rows">The rows that were found, as many as were <see cref="Wanted"/> at most.</param>
    /// <param name="positionOf">The position of a row.</param>
    public string? Next<T>(IReadOnlyList<T> rows, Func<T, string> positionOf) => rows.Count > Limit ? Encode(positionOf(rows[Limit - 1])) : null;

    /// <summary>The cursor is the last position that was answered: it stays right whatever is added or deleted in between.</summary>
    public static string Encode(string lastPosition) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(lastPosition));

    private static string? Decode(string cursor)
    {
        Span<byte> bytes = stackalloc byte[MaxPositionBytes];
        return Base64Url.IsValid(cursor, out var length) && length <= bytes.Length && Base64Url.TryDecodeFromChars(cursor, bytes, out var written)
            ? Encoding.UTF8.GetString(bytes[..written])
            : null;
    }
}
