using System.Buffers;

namespace McpRegistry.Protocol;

/// <summary>The result with which a modern server asks its client for input (2026-07-28, multi round-trip requests).</summary>
internal static class InputRequired
{
    /// <summary>Tells whether a modern result is such a one.</summary>
    public static bool Is(ReadOnlySpan<byte> result)
    {
        var type = JsonMembers.Find(result, "resultType"u8);
        return !type.IsMissing && type.Of(result).SequenceEqual("\"input_required\""u8);
    }

    /// <summary>Lists the questions; null when one of them is not of the form that the protocol gives it.</summary>
    public static List<InputRequest>? Read(ReadOnlySpan<byte> result)
    {
        var requests = new List<InputRequest>();
        var all = JsonMembers.Find(result, "inputRequests"u8);
        var members = new JsonMembers(all.IsMissing ? default : all.Of(result));
        while (members.Next())
        {
            var request = members.RawValue;
            var method = McpMethods.Parse(System.Text.Encoding.UTF8.GetBytes(JsonMembers.FindText(request, "method"u8) ?? ""));
            if (members.Name is not { } key || !McpMethods.IsQuestion(method))
            {
                return null;
            }

            var parameters = JsonMembers.Find(request, "params"u8);
            requests.Add(new InputRequest(key, method, parameters.IsMissing ? default : parameters.Of(request).ToArray()));
        }

        return requests;
    }

    /// <summary>Writes a whole response.</summary>
    /// <param name="id">The client's id.</param>
    /// <param name="requests">What is asked; none leaves the member out.</param>
    /// <param name="state">The state to send back; text without characters that JSON escapes.</param>
    public static ReadOnlyMemory<byte> Write(ReadOnlySpan<byte> id, IReadOnlyCollection<InputRequest> requests, string state)
    {
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(id);
        output.Write(",\"result\":{\"resultType\":\"input_required\""u8);
        var separator = ",\"inputRequests\":{"u8;
        foreach (var request in requests)
        {
            output.Write(separator);
            output.Write(JsonText.Quote(request.Key));
            output.Write(":{\"method\":\""u8);
            output.Write(McpMethods.Utf8Name(request.Method));
            output.Write("\""u8);
            if (!request.Params.IsEmpty)
            {
                output.Write(",\"params\":"u8);
                output.Write(request.Params.Span);
            }

            output.Write("}"u8);
            separator = ","u8;
        }

        output.Write(requests.Count > 0 ? "},\"requestState\":"u8 : ",\"requestState\":"u8);
        output.Write(JsonText.Quote(state));
        output.Write("}}"u8);
        return output.WrittenMemory;
    }
}
