using System.Buffers;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;

namespace McpRegistry.Watching;

/// <summary>
/// Writes change notifications for one client. A modern one has them tagged with the id of its request, as it came; an empty
/// id leaves the tag out, for a legacy client.
/// </summary>
internal static class WatchNotifications
{
    /// <summary>Writes everything that is ready, one message each.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(OutgoingNotifications ready, byte[] subscriptionId)
    {
        foreach (var kind in ListKindNames.Each.ToArray().Where(kind => ready.Lists.HasFlag(kind)))
        {
            yield return ListChanged(kind, subscriptionId);
        }

        foreach (var (uri, parameters) in ready.Resources)
        {
            yield return ResourceUpdated(uri, parameters.Span, subscriptionId);
        }

        foreach (var other in ready.Others)
        {
            yield return other;
        }
    }

    private static ReadOnlyMemory<byte> ListChanged(ListKinds kind, ReadOnlySpan<byte> subscriptionId)
    {
        var output = Begin(ListKindNames.Notification(kind));
        if (!subscriptionId.IsEmpty)
        {
            output.Write(",\"params\":{"u8);
            WriteTag(output, subscriptionId);
            output.Write("}"u8);
        }

        output.Write("}"u8);
        return output.WrittenMemory;
    }

    /// <summary>Tells of a resource in the words of its server, as far as they are not about its own stream.</summary>
    private static ReadOnlyMemory<byte> ResourceUpdated(string uri, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> subscriptionId)
    {
        var output = Begin(McpMethod.ResourceUpdated);
        output.Write(",\"params\":{"u8);
        var meta = new ArrayBufferWriter<byte>();
        WriteMeta(meta, JsonMembers.Find(parameters, "_meta"u8).Of(parameters), subscriptionId);
        if (meta.WrittenCount > 0)
        {
            output.Write("\"_meta\":{"u8);
            output.Write(meta.WrittenSpan);
            output.Write("},"u8);
        }

        output.Write("\"uri\":"u8);
        output.Write(JsonText.Quote(uri));
        var members = new JsonMembers(parameters);
        while (members.Next())
        {
            if (!members.NameIs("uri"u8) && !members.NameIs("_meta"u8))
            {
                output.Write(","u8);
                output.Write(members.RawMember);
            }
        }

        output.Write("}}"u8);
        return output.WrittenMemory;
    }

    /// <summary>Tells of a task in the words of its server; the params have the client's id already.</summary>
    public static ReadOnlyMemory<byte> TaskChanged(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> subscriptionId)
    {
        var output = Begin(McpMethod.TaskChanged);
        output.Write(",\"params\":{\"_meta\":{"u8);
        var meta = new ArrayBufferWriter<byte>();
        WriteMeta(meta, JsonMembers.Find(parameters, "_meta"u8).Of(parameters), subscriptionId);
        output.Write(meta.WrittenSpan);
        output.Write("}"u8);
        var members = new JsonMembers(parameters);
        while (members.Next())
        {
            if (!members.NameIs("_meta"u8))
            {
                output.Write(","u8);
                output.Write(members.RawMember);
            }
        }

        output.Write("}}"u8);
        return output.WrittenMemory;
    }

    /// <summary>The first message of a subscription: what it will deliver.</summary>
    public static ReadOnlyMemory<byte> Acknowledged(ListenFilter filter, ReadOnlySpan<byte> subscriptionId)
    {
        var output = Begin(McpMethod.SubscriptionAcknowledged);
        output.Write(",\"params\":{"u8);
        WriteTag(output, subscriptionId);
        output.Write(",\"notifications\":"u8);
        filter.Write(output);
        output.Write("}}"u8);
        return output.WrittenMemory;
    }

    /// <summary>The last message of a subscription that the gateway ends.</summary>
    public static GatewayAnswer Completed(ReadOnlySpan<byte> subscriptionId)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("{\"resultType\":\"complete\","u8);
        WriteTag(output, subscriptionId);
        output.Write("}"u8);
        return AnswerWriter.Result(subscriptionId, output.WrittenSpan);
    }

    private static ArrayBufferWriter<byte> Begin(McpMethod method)
    {
        var output = new ArrayBufferWriter<byte>(256);
        output.Write("{\"jsonrpc\":\"2.0\",\"method\":\""u8);
        output.Write(McpMethods.Utf8Name(method));
        output.Write("\""u8);
        return output;
    }

    private static void WriteTag(IBufferWriter<byte> output, ReadOnlySpan<byte> subscriptionId)
    {
        output.Write("\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"u8);
        output.Write(subscriptionId);
        output.Write("}"u8);
    }

    private static void WriteMeta(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> upstream, ReadOnlySpan<byte> subscriptionId)
    {
        if (!subscriptionId.IsEmpty)
        {
            output.Write("\"io.modelcontextprotocol/subscriptionId\":"u8);
            output.Write(subscriptionId);
        }

        var members = new JsonMembers(upstream);
        while (members.Next())
        {
            if (!members.NameIs(MetaKeys.SubscriptionId))
            {
                output.Write(output.WrittenCount == 0 ? ""u8 : ","u8);
                output.Write(members.RawMember);
            }
        }
    }
}
