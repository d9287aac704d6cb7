using System.Buffers;

namespace McpRegistry.Protocol;

/// <summary>Writes notifications of an upstream for the client whose request they belong to.</summary>
internal static class NotificationRewriter
{
    /// <summary>Writes a progress notification with the client's own token in place of the gateway's.</summary>
    /// <returns>False when the notification has no token, and so says nothing.</returns>
    public static bool TryWriteProgress(IBufferWriter<byte> output, UpstreamMessage message, ReadOnlySpan<byte> clientToken)
    {
        var parameters = message.Raw(message.Params);
        var token = parameters.IsEmpty ? default : JsonMembers.Find(parameters, MetaKeys.ProgressToken);
        if (token.IsMissing)
        {
            return false;
        }

        output.Write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"u8);
        output.Write(parameters[..token.Start]);
        output.Write(clientToken);
        output.Write(parameters[token.End..]);
        output.Write("}"u8);
        return true;
    }
}
