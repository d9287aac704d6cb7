using System.Globalization;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Auditing;
using McpRegistry.Storage;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Auditing;

/// <summary>Reads the queries of the audit routes and names every fault.</summary>
internal static class AuditQueryReader
{
    private const int MostFaults = 10_000;

    private static readonly string[] Known =
        ["tenant", "action", "resourceType", "resourceId", "userId", "apiKeyId", "source", "success", "from", "until", "limit", "cursor"];

    public static AuditQuery Read(IQueryCollection query, List<ValidationFault> faults)
    {
        faults.AddRange(query.Keys
            .Where(name => !Known.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Take(Known.Length)
            .Select(name => new ValidationFault(name.Length > 64 ? name[..64] : name, "unknown_member", $"Known are: {string.Join(", ", Known)}.")));
        var page = PageQuery.Read(query, faults, static position => Position(position) is not null);
        return new AuditQuery
        {
            Action = Text(query, "action"),
            ResourceType = Text(query, "resourceType"),
            ResourceId = Text(query, "resourceId"),
            UserId = Id(query, "userId", faults),
            ApiKeyId = Id(query, "apiKeyId", faults),
            Source = Source(query, faults),
            Success = Flag(query, "success", faults),
            From = Time(query, "from", faults),
            Until = Time(query, "until", faults),
            Limit = page.Limit,
            After = page.After is { } after ? Position(after) : null,
        };
    }

    public static AuditRange ReadRange(IQueryCollection query, List<ValidationFault> faults)
    {
        var hash = Text(query, "knownHash");
        var bytes = Array.Empty<byte>();
        if (hash is not null && (hash.Length != 2 * AuditHash.Length || !hash.All(char.IsAsciiHexDigit)))
        {
            faults.Add(new ValidationFault("knownHash", "hash", "A hash has 64 hexadecimal digits."));
        }
        else if (hash is not null)
        {
            bytes = Convert.FromHexString(hash);
        }

        var range = new AuditRange
        {
            From = Number(query, "from", 1, faults),
            Until = Number(query, "until", 1, faults),
            KnownSequence = Number(query, "knownSequence", 1, faults),
            KnownHash = bytes,
            MaxFaults = (int)(Number(query, "maxFaults", 1, faults, MostFaults) ?? AuditRange.All.MaxFaults),
        };
        if (range.Until < range.From)
        {
            faults.Add(new ValidationFault("until", "out_of_range", "The range ends before it begins."));
        }

        if (range.KnownSequence is null != hash is null)
        {
            faults.Add(new ValidationFault("knownHash", "required", "knownSequence and knownHash belong together."));
        }

        if (!AuditTrail.ReachesKnown(range))
        {
            faults.Add(new ValidationFault("knownSequence", "out_of_range", "The known row is one of the range, or the one before it."));
        }

        return range;
    }

    public static long? Number(IQueryCollection query, string name, long least, List<ValidationFault> faults, long most = long.MaxValue - 1)
    {
        if (!query.TryGetValue(name, out var text))
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        faults.Add(new ValidationFault(name, "out_of_range", $"A number from {least} on is expected."));
        return null;
    }

    public static string Cursor(AuditEvent last) =>
        PageQuery.Encode(string.Create(CultureInfo.InvariantCulture, $"{last.OccurredAt.UtcTicks}:{last.Id:N}"));

    private static RowPosition? Position(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTime.MaxValue.Ticks
            && Guid.TryParseExact(parts[1], "N", out var id)
            ? new RowPosition(new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
    }

    private static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;

    public static Guid? Id(IQueryCollection query, string name, List<ValidationFault> faults)
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        faults.Add(new ValidationFault(name, "id", "An id has the form 00000000-0000-0000-0000-000000000000."));
        return null;
    }

    private static bool? Flag(IQueryCollection query, string name, List<ValidationFault> faults)
    {
        var text = Text(query, name);
        if (text is not (null or "true" or "false"))
        {
            faults.Add(new ValidationFault(name, "wrong_type", "true or false is expected."));
        }

        return text is null ? null : text == "true";
    }

    private static AuditSource? Source(IQueryCollection query, List<ValidationFault> faults)
    {
        if (Text(query, "source") is not { } text)
        {
            return null;
        }

        if (WireNames<AuditSource>.TryParse(text, out var source))
        {
            return source;
        }

        faults.Add(new ValidationFault("source", "unknown_value", $"One of {WireNames<AuditSource>.All} is expected."));
        return null;
    }

    private static DateTimeOffset? Time(IQueryCollection query, string name, List<ValidationFault> faults)
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }

        // A plus sign that was not escaped arrives as a space.
        if (DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        faults.Add(new ValidationFault(name, "time", "A time has the form 2026-03-01T00:00:00Z."));
        return null;
    }
}
