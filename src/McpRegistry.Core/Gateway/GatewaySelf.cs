using System.Buffers;
using System.Text.Json;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway;

/// <summary>Answers <c>server/discover</c> and <c>initialize</c>: who is served at an endpoint and what it can do.</summary>
internal sealed class GatewaySelf(IOptions<GatewayOptions> options, ListFreshness freshness)
{
    public GatewayAnswer Discover(GatewayCall call, TenantView view, ServerEntry? single)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output, JsonText.WriterOptions))
        {
            json.WriteStartObject();
            MergedLists.WriteModernMembers(json, single is null ? freshness.OfSelf(view, call.IsForEveryone) : freshness.OfSelf(single, call.IsForEveryone));
            json.WriteStartArray("supportedVersions"u8);
            foreach (var version in ProtocolRevision.Stateless)
            {
                json.WriteStringValue(version);
            }

            json.WriteEndArray();
            WriteCommon(json, view, single, ProtocolEra.Modern);
            json.WriteStartObject("_meta"u8);
            json.WritePropertyName(MetaKeys.ServerInfo);
            WriteServerInfo(json, single);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return AnswerWriter.Result(call.Id, output.WrittenSpan);
    }

    public GatewayAnswer Initialize(ReadOnlySpan<byte> id, string revision, TenantView view, ServerEntry? single)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output, JsonText.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("protocolVersion"u8, revision);
            WriteCommon(json, view, single, ProtocolEra.Legacy);
            json.WritePropertyName("serverInfo"u8);
            WriteServerInfo(json, single);
            json.WriteEndObject();
        }

        return AnswerWriter.Result(id, output.WrittenSpan);
    }

    public static void WriteServerInfo(Utf8JsonWriter json, GatewayOptions options)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, options.ServerName);
        json.WriteString("version"u8, GatewayIdentity.Version);
        json.WriteEndObject();
    }

    private void WriteServerInfo(Utf8JsonWriter json, ServerEntry? single)
    {
        if (single?.Report is { ServerInfo.IsEmpty: false } report)
        {
            json.WriteRawValue(report.ServerInfo.Span, skipInputValidation: true);
        }
        else
        {
            WriteServerInfo(json, options.Value);
        }
    }

    private void WriteCommon(Utf8JsonWriter json, TenantView view, ServerEntry? single, ProtocolEra era)
    {
        json.WriteStartObject("capabilities"u8);
        if (single is null)
        {
            WriteMergedCapabilities(json, view);
        }
        else
        {
            WriteCapabilities(json, single.Report);
        }

        OfferedExtensions.Write(json, single is null ? view.Servers.Where(static entry => entry.IsServed) : [single], era, options.Value.Allows);
        json.WriteEndObject();

        var instructions = single is null ? MergedInstructions.Of(options.Value.Instructions, view) : single.Report?.Instructions;
        if (instructions is not null)
        {
            json.WriteString("instructions"u8, instructions);
        }
    }

    /// <summary>The merged lists can always be asked for, whatever servers there are right now.</summary>
    private static void WriteMergedCapabilities(Utf8JsonWriter json, TenantView view)
    {
        foreach (var feature in (ReadOnlySpan<string>)["tools", "resources", "prompts"])
        {
            // The gateway itself watches these lists, whatever their servers announce.
            json.WriteStartObject(feature);
            json.WriteBoolean("listChanged"u8, true);
            if (feature == "resources" && view.Servers.Any(static entry => entry is { IsServed: true, Report: { } report } && ListKindNames.HasSubscribe(report.Capabilities.Span)))
            {
                json.WriteBoolean("subscribe"u8, true);
            }

            json.WriteEndObject();
        }

        foreach (var feature in (ReadOnlySpan<string>)["completions", "logging"])
        {
            var name = System.Text.Encoding.UTF8.GetBytes(feature);
            if (view.Servers.Any(entry => entry is { IsServed: true, Report: { } report } && !JsonMembers.Find(report.Capabilities.Span, name).IsMissing))
            {
                json.WriteStartObject(feature);
                json.WriteEndObject();
            }
        }
    }

    /// <summary>A server's own capabilities, less what the gateway cannot deliver: tasks and what is unknown.</summary>
    private static void WriteCapabilities(Utf8JsonWriter json, DiscoveryReport? report)
    {
        var capabilities = report is null ? default : new JsonMembers(report.Capabilities.Span);
        while (report is { Capabilities.IsEmpty: false } && capabilities.Next())
        {
            if (capabilities.NameIs("tools"u8) || capabilities.NameIs("resources"u8) || capabilities.NameIs("prompts"u8)
                || capabilities.NameIs("completions"u8) || capabilities.NameIs("logging"u8))
            {
                json.WritePropertyName(capabilities.Name!);
                json.WriteRawValue(capabilities.RawValue, skipInputValidation: true);
            }
        }
    }
}
