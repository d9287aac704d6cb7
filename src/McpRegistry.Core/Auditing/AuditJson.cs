using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpRegistry.Auditing;

/// <summary>
/// Writes an audit event as the JSON of <c>GET /api/v1/audit/export</c>: all that it says, so that its hash can be made again. Members without a
/// value are left out.
/// </summary>
public static class AuditJson
{
    /// <summary>Writes a row with its place in the chain, as one object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="row">The row.</param>
    public static void Write(Utf8JsonWriter writer, ChainedAuditEvent row)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(row);
        Write(writer, row.Event, row);
    }

    internal static void Write(Utf8JsonWriter writer, AuditEvent row, ChainedAuditEvent? place)
    {
        writer.WriteStartObject();
        if (place is not null)
        {
            writer.WriteNumber("sequence", place.Sequence);
            writer.WriteString("previousHash", Convert.ToHexStringLower(place.PreviousHash.Span));
            writer.WriteString("hash", Convert.ToHexStringLower(place.Hash.Span));
            writer.WriteNumber("hashVersion", place.HashVersion);
        }

        writer.WriteString("id", row.Id);
        writer.WriteString("tenant", row.Tenant.Value);
        writer.WriteString("source", NameOf(row.Source));
        writer.WriteString("occurredAt", row.OccurredAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("actorKind", NameOf(row.ActorKind));
        WriteText(writer, "actorName", row.ActorName);
        WriteId(writer, "userId", row.UserId);
        WriteId(writer, "apiKeyId", row.ApiKeyId);
        writer.WriteStartArray("roles");
        foreach (var role in row.Roles)
        {
            WriteValue(writer, role);
        }

        writer.WriteEndArray();
        WriteText(writer, "action", row.Action);
        WriteText(writer, "resourceType", row.ResourceType);
        WriteText(writer, "resourceId", row.ResourceId);
        WriteText(writer, "resourceName", row.ResourceName);
        writer.WriteBoolean("success", row.Success);
        if (row.ErrorCode is { } code)
        {
            writer.WriteNumber("errorCode", code);
        }

        WriteText(writer, "errorMessage", row.ErrorMessage);
        WriteText(writer, "method", row.Method);
        WriteText(writer, "jsonRpcVersion", row.JsonRpcVersion);
        WriteText(writer, "requestId", row.RequestId);
        WriteText(writer, "traceId", row.TraceId);
        WriteText(writer, "sessionId", row.SessionId);
        WriteText(writer, "ipAddress", row.IpAddress);
        WriteText(writer, "userAgent", row.UserAgent);
        if (row.DurationMs is { } duration)
        {
            writer.WriteNumber("durationMs", duration);
        }

        writer.WritePropertyName("details");
        writer.WriteRawValue(row.Details);
        writer.WriteEndObject();
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static void WriteId(Utf8JsonWriter writer, string name, Guid? id)
    {
        if (id is { } value)
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, text);
        }
    }

    /// <summary>The writer would put another character in the place of half a surrogate pair; escaped, JSON can say it.</summary>
    private static void WriteValue(Utf8JsonWriter writer, string text)
    {
        if (IsWhole(text))
        {
            writer.WriteStringValue(text);
            return;
        }

        var escaped = new StringBuilder("\"", text.Length * 6 + 2);
        foreach (var unit in text)
        {
            escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }

        writer.WriteRawValue(escaped.Append('"').ToString(), skipInputValidation: true);
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
