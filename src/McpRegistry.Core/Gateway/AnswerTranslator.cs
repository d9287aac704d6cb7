using System.Buffers;
using System.Globalization;
using System.Text;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway;

/// <summary>Writes the response of an upstream as the client's era and revision want it.</summary>
internal static class AnswerTranslator
{
    /// <summary>The reason of errors that are the server's own; what it says about them stays between it and the client.</summary>
    private const string UpstreamError = "upstream_error";

    /// <summary>Translates a response.</summary>
    /// <param name="call">The client's request.</param>
    /// <param name="alias">The server.</param>
    /// <param name="message">Its response.</param>
    /// <param name="from">The era that it speaks.</param>
    /// <param name="serverInfo">Who a modern client is told has answered, as a raw object; empty leaves what the server says.</param>
    /// <param name="legacyListTtlMs">How long a modern client may keep a list of a legacy server, ms.</param>
    public static GatewayAnswer Translate(
        GatewayCall call, string alias, UpstreamMessage message, ProtocolEra from, ReadOnlySpan<byte> serverInfo, long legacyListTtlMs = 0)
    {
        if (message.IsError)
        {
            return TranslateError(call, alias, message);
        }

        var result = message.Raw(message.Result);
        if (from == ProtocolEra.Modern && call.Era == ProtocolEra.Legacy && !ResultRewriter.IsComplete(result))
        {
            return AnswerWriter.Error(call.Id, new GatewayError(
                ErrorCodes.InternalError, $"Server '{alias}' asks a question that cannot be relayed to a client of this protocol revision.", "question_not_relayed")
            {
                Upstream = alias,
            });
        }

        var output = new ArrayBufferWriter<byte>(result.Length + 128);
        if (from == ProtocolEra.Modern && call is { Era: ProtocolEra.Modern, IsForEveryone: false } && McpMethods.IsCacheable(call.Message.Method))
        {
            // What the server says to everybody is for those who can reach it here.
            var layout = CacheableResult.Read(result);
            ResultRewriter.WriteHinted(output, call.Id, result, layout, layout.Hint with { IsPublic = false }, serverInfo);
            return new GatewayAnswer(output.WrittenMemory);
        }

        ResultRewriter.WriteResult(output, call.Id, result, call.Message.Method, from, call.Era, legacyListTtlMs, serverInfo, WrapsOutput(call, from));
        return new GatewayAnswer(output.WrittenMemory);
    }

    private static bool WrapsOutput(GatewayCall call, ProtocolEra from) =>
        from == ProtocolEra.Modern && call is { Era: ProtocolEra.Legacy, Message.Method: McpMethod.ToolsCall } && WrappedOutputs.Has(call.Target?.Report, call.TargetName);

    private static GatewayAnswer TranslateError(GatewayCall call, string alias, UpstreamMessage message)
    {
        var code = message.ErrorCode;
        if (code == ErrorCodes.LegacyUrlElicitationRequired && call.Session is { Revision: not ProtocolRevision.NewestLegacy }
            && call.Message.Method == McpMethod.ToolsCall)
        {
            return UrlsAsText(call, message);
        }

        if (IsBetweenUs(code, call.Era))
        {
            return AnswerWriter.Error(call.Id, new GatewayError(
                ErrorCodes.InternalError, $"Server '{alias}' refused the request: {ErrorText.Trim(message.ErrorMessage)}", FaultReasons.ProtocolError)
            {
                Upstream = alias,
            });
        }

        var output = new ArrayBufferWriter<byte>(message.Error.Length + 128);
        ResultRewriter.WriteError(output, call.Id, message.Raw(message.Error), code, call.Message.Raw(call.Message.Uri), call.Era);
        var isTranslated = code == ErrorCodes.LegacyResourceNotFound && call.Era == ProtocolEra.Modern;
        return new GatewayAnswer(output.WrittenMemory, isTranslated ? ErrorCodes.InvalidParams : code, Reason: UpstreamError);
    }

    /// <summary>
    /// Errors about the hop between gateway and server would mislead the client: header and version faults always, and
    /// codes that its own revision does not know or forbids, whatever server sent them (protocol.md 2.2, 5.2 and 5.5).
    /// </summary>
    private static bool IsBetweenUs(int code, ProtocolEra to) => code switch
    {
        ErrorCodes.HeaderMismatch or ErrorCodes.UnsupportedProtocolVersion => true,
        ErrorCodes.MissingClientCapability => to == ProtocolEra.Legacy,
        ErrorCodes.LegacyUrlElicitationRequired => to == ProtocolEra.Modern,
        _ => false,
    };

    /// <summary>A client before 2025-11-25 does not know the error; the model can tell its user what to open (protocol.md 5.2).</summary>
    private static GatewayAnswer UrlsAsText(GatewayCall call, UpstreamMessage message)
    {
        var text = new StringBuilder(message.ErrorMessage);
        var error = message.Raw(message.Error);
        var data = JsonMembers.Find(error, "data"u8).Of(error).ToArray();
        foreach (var slice in JsonElements.Of(data, JsonMembers.Find(data, "elicitations"u8)))
        {
            var elicitation = slice.Of(data.AsSpan());
            text.Append(CultureInfo.InvariantCulture, $"\n{JsonMembers.FindText(elicitation, "message"u8)} {JsonMembers.FindText(elicitation, "url"u8)}");
        }

        byte[] result = [.. "{\"content\":[{\"type\":\"text\",\"text\":"u8, .. JsonText.Quote(text.ToString()), .. "}],\"isError\":true}"u8];
        return AnswerWriter.Result(call.Id, result);
    }
}
