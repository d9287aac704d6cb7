using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace McpRegistry.Auditing;

/// <summary>
/// Writes an event as bytes that no other event has: every member in one fixed order, each with its length or a mark that there is none.
/// A change of this class is a new version of <see cref="AuditHash"/>.
/// </summary>
internal sealed class AuditEncoding
{
    private const byte Absent = 0;
    private const byte Present = 1;

    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Write(AuditEvent row)
    {
        _bytes.Write("mcp-audit-event/1"u8);
        WriteId(row.Id);
        WriteId(row.Tenant.Value);
        WriteText(NameOf(row.Source));
        WriteNumber((row.OccurredAt.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        WriteText(NameOf(row.ActorKind));
        WriteText(row.ActorName);
        WriteId(row.UserId);
        WriteId(row.ApiKeyId);
        WriteTexts(row.Roles);
        WriteText(row.Action);
        WriteText(row.ResourceType);
        WriteText(row.ResourceId);
        WriteText(row.ResourceName);
        WriteByte(row.Success ? (byte)1 : (byte)0);
        WriteNumber(row.ErrorCode);
        WriteText(row.ErrorMessage);
        WriteText(row.Method);
        WriteText(row.JsonRpcVersion);
        WriteText(row.RequestId);
        WriteText(row.TraceId);
        WriteText(row.SessionId);
        WriteText(row.IpAddress);
        WriteText(row.UserAgent);
        WriteReal(row.DurationMs);
        using var details = JsonDocument.Parse(row.Details);
        WriteJson(details.RootElement);
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private void WriteByte(byte value) => _bytes.Write([value]);

    private void WriteId(Guid value)
    {
        value.TryWriteBytes(_bytes.GetSpan(16), bigEndian: true, out var written);
        _bytes.Advance(written);
    }

    private void WriteId(Guid? value)
    {
        WriteByte(value is null ? Absent : Present);
        if (value is { } id)
        {
            WriteId(id);
        }
    }

    private void WriteLength(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
    }

    private void WriteNumber(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    private void WriteNumber(int? value)
    {
        WriteByte(value is null ? Absent : Present);
        if (value is { } number)
        {
            WriteNumber((long)number);
        }
    }

    private void WriteReal(double? value)
    {
        WriteByte(value is null ? Absent : Present);
        if (value is { } number)
        {
            // SQLite keeps no negative zero.
            BinaryPrimitives.WriteDoubleBigEndian(_bytes.GetSpan(sizeof(double)), number == 0 ? 0 : number);
            _bytes.Advance(sizeof(double));
        }
    }

    /// <summary>In UTF-16, since texts of clients may hold half a surrogate pair, for which UTF-8 has no bytes.</summary>
    private void WriteText(string? value)
    {
        WriteByte(value is null ? Absent : Present);
        if (value is null)
        {
            return;
        }

        WriteLength(value.Length);
        foreach (var unit in value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_bytes.GetSpan(sizeof(char)), unit);
            _bytes.Advance(sizeof(char));
        }
    }

    private void WriteTexts(ImmutableArray<string> values)
    {
        WriteLength(values.Length);
        foreach (var value in values)
        {
            WriteText(value);
        }
    }

    /// <summary>By meaning: databases keep neither white space nor the order of members nor the spelling of numbers.</summary>
    private void WriteJson(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = element.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal).ToList();
                WriteByte((byte)'{');
                WriteLength(members.Count);
                members.ForEach(member =>
                {
                    WriteText(member.Name);
                    WriteJson(member.Value);
                });
                break;
            case JsonValueKind.Array:
                WriteByte((byte)'[');
                WriteLength(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                {
                    WriteJson(item);
                }

                break;
            case JsonValueKind.String:
                WriteByte((byte)'"');
                WriteText(element.GetString());
                break;
            case JsonValueKind.Number:
                WriteByte((byte)'0');
                WriteText(PlainNumber.Of(element.GetRawText()));
                break;
            default:
                WriteByte(element.ValueKind switch
                {
                    JsonValueKind.True => (byte)'t',
                    JsonValueKind.False => (byte)'f',
                    _ => (byte)'n',
                });
                break;
        }
    }
}
