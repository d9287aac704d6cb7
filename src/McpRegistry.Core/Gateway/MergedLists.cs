using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using McpRegistry.AccessControl;
using McpRegistry.Protocol;
using McpRegistry.Sealing;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>Answers the list methods of the merged endpoint from the snapshot; no upstream is asked.</summary>
internal sealed class MergedLists(IOptions<GatewayOptions> options, IStateSealer sealer, ListFreshness freshness, AccessGate access)
{
    public GatewayAnswer Answer(GatewayCall call, TenantView view)
    {
        var method = call.Message.Method;
        var cursor = ReadCursor(call.Message, out var invalid);
        if (invalid)
        {
            return AnswerWriter.Error(call.Id, OldCursor());
        }

        if (cursor is null)
        {
            freshness.Renew(view, method);
        }

        var merged = view.Merged;
        if (merged.AllAbsent || (options.Value.StrictLists && UpstreamOutcomes.AnyMissing(view.Servers)))
        {
            return AnswerWriter.Error(call.Id, Absent(view, merged.AllAbsent));
        }

        var hint = call.Era == ProtocolEra.Modern ? freshness.OfList(view, method, continuesPublic: cursor is { IsPublic: true }, call.IsForEveryone) : default;
        if (cursor is { IsPublic: true } && call.Era == ProtocolEra.Modern && !hint.IsPublic)
        {
            // Neither may this page be kept for everybody, nor may it have another scope than those before it.
            return AnswerWriter.Error(call.Id, OldCursor());
        }

        hint = cursor is { IsPublic: false } ? hint with { IsPublic = false } : hint;
        var items = Shown(call, view, merged.List(method));
        var start = cursor is { } after ? FirstAfter(items, after) : 0;
        var end = Math.Min(items.Length, start + options.Value.ListPageSize);
        var page = items.AsSpan()[start..end];
        var output = new ArrayBufferWriter<byte>(SizeOf(page, call.Era));
        var next = end < items.Length ? (ListCursor.After(method, items[end - 1]) with { IsPublic = hint.IsPublic }).Seal(sealer) : null;
        Write(output, call, view, hint, page, next);
        return new GatewayAnswer(output.WrittenMemory);
    }

    /// <summary>Has the lists read again in which a name would be that nobody knows, where nobody would tell that they changed.</summary>
    public void Renew(ClientMessage message, TenantView view)
    {
        var (list, name) = message.Method switch
        {
            McpMethod.ToolsCall => (McpMethod.ToolsList, message.Text(message.Name)),
            McpMethod.PromptsGet => (McpMethod.PromptsList, message.Text(message.Name)),
            McpMethod.Complete when !message.RefName.IsMissing => (McpMethod.PromptsList, message.Text(message.RefName)),
            McpMethod.Complete => (McpMethod.ResourceTemplatesList, null),
            _ => (McpMethod.ResourcesList, null),
        };
        if (list is McpMethod.ResourcesList or McpMethod.ResourceTemplatesList)
        {
            // Such a name does not tell whose it is.
            freshness.Renew(view, list);
        }
        else if (name is not null && ExposedName.AliasOf(name) is { } alias)
        {
            freshness.Renew(view, list, alias);
        }
    }

    /// <summary>A server whose list the caller may not ask for shows nothing of it here either.</summary>
    private ImmutableArray<MergedItem> Shown(GatewayCall call, TenantView view, ImmutableArray<MergedItem> items)
    {
        if (!access.HasRules)
        {
            return items;
        }

        var hidden = view.Servers.Where(entry => !access.Lists(call.Caller, entry.Server, call.Message.Method)).ToHashSet();
        return hidden.Count == 0 ? items : [.. items.Where(item => !hidden.Contains(item.Owner))];
    }

    /// <summary>Growing a buffer of many entries would copy them again and again.</summary>
    private static int SizeOf(ReadOnlySpan<MergedItem> page, ProtocolEra era)
    {
        var size = 1024;
        foreach (var item in page)
        {
            size += item.JsonFor(era).Length + 1;
        }

        return size;
    }

    private ListCursor? ReadCursor(ClientMessage message, out bool invalid)
    {
        invalid = false;
        if (message.Cursor.IsMissing)
        {
            return null;
        }

        var cursor = message.Text(message.Cursor) is { } text ? ListCursor.Open(sealer, message.Method, text) : null;
        invalid = cursor is null;
        return cursor;
    }

    private static int FirstAfter(ImmutableArray<MergedItem> items, ListCursor cursor)
    {
        var low = 0;
        var high = items.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = cursor.Precedes(items[middle]) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Write(IBufferWriter<byte> output, GatewayCall call, TenantView view, CacheHint hint, ReadOnlySpan<MergedItem> page, string? next)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(call.Id);
        output.Write(",\"result\":"u8);
        using (var json = new Utf8JsonWriter(output, JsonText.WriterOptions))
        {
            json.WriteStartObject();
            if (call.Era == ProtocolEra.Modern)
            {
                WriteModernMembers(json, hint);
            }

            json.WriteStartArray(ArrayName(call.Message.Method));
            foreach (var item in page)
            {
                json.WriteRawValue(item.JsonFor(call.Era).Span, skipInputValidation: true);
            }

            json.WriteEndArray();
            if (next is not null)
            {
                json.WriteString("nextCursor"u8, next);
            }

            WriteMeta(json, call, view);
            json.WriteEndObject();
        }

        output.Write("}"u8);
    }

    private void WriteMeta(Utf8JsonWriter json, GatewayCall call, TenantView view)
    {
        var missing = UpstreamOutcomes.AnyMissing(view.Servers);
        if (!missing && call.Era == ProtocolEra.Legacy)
        {
            return;
        }

        json.WriteStartObject("_meta"u8);
        if (call.Era == ProtocolEra.Modern)
        {
            json.WritePropertyName(MetaKeys.ServerInfo);
            GatewaySelf.WriteServerInfo(json, options.Value);
        }

        if (missing)
        {
            json.WritePropertyName(MetaKeys.Upstreams);
            UpstreamOutcomes.Write(json, view.Servers);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes what only modern results have.</summary>
    public static void WriteModernMembers(Utf8JsonWriter json, CacheHint hint)
    {
        json.WriteString("resultType"u8, "complete"u8);
        json.WriteNumber("ttlMs"u8, hint.TtlMs);
        json.WriteString("cacheScope"u8, hint.IsPublic ? "public"u8 : "private"u8);
    }

    private static GatewayError OldCursor() =>
        GatewayError.InvalidParams("The cursor is not one of this list, or too old; start again without a cursor.");

    private static GatewayError Absent(TenantView view, bool all)
    {
        var data = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(data, JsonText.WriterOptions))
        {
            json.WriteStartObject();
            json.WritePropertyName("upstreams"u8);
            UpstreamOutcomes.Write(json, view.Servers);
            json.WriteEndObject();
        }

        var (message, reason) = all
            ? ("None of the registered servers is available.", "all_upstreams_missing")
            : ("Some of the registered servers are not available, and lists are to be whole.", "upstreams_missing");
        return new GatewayError(ErrorCodes.InternalError, message, reason)
        {
            Retryable = true,
            Data = data.WrittenMemory,
        };
    }

    private static ReadOnlySpan<byte> ArrayName(McpMethod method) => method switch
    {
        McpMethod.ToolsList => "tools"u8,
        McpMethod.PromptsList => "prompts"u8,
        McpMethod.ResourcesList => "resources"u8,
        _ => "resourceTemplates"u8,
    };
}
