using System.Buffers;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>A request to an upstream. The connection gives the id; the params are written once the peer's era is known.</summary>
internal abstract class UpstreamRequest
{
    public required McpMethod Method { get; init; }

    /// <summary>Gets the value of <c>Mcp-Name</c>: the tool, prompt or URI; null for other methods.</summary>
    public string? RoutingName { get; init; }

    /// <summary>Gets the level the caller wants to hear of; null leaves it to the server.</summary>
    public LogLevel? LogLevel { get; init; }

    /// <summary>Gets the largest answer, bytes; 0 for the connection's own limit.</summary>
    public int MaxAnswerBytes { get; init; }

    /// <summary>Gets the headers <c>Mcp-Param-*</c>, encoded; only asked for where the peer has such headers.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, string>> ParameterHeaders => [];

    /// <summary>Writes the params object.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">The request's id, which serves as its progress token too.</param>
    /// <param name="peer">Who will read it.</param>
    public abstract void WriteParams(IBufferWriter<byte> output, long id, UpstreamHandshake peer);

    /// <summary>Writes the whole message.</summary>
    public ReadOnlyMemory<byte> Write(long id, UpstreamHandshake peer)
    {
        // Not pooled: HTTP may still be sending the body after its response was read.
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.WriteNumber(id);
        output.Write(",\"method\":\""u8);
        output.Write(McpMethods.Utf8Name(Method));
        output.Write("\",\"params\":"u8);
        WriteParams(output, id, peer);
        output.Write("}"u8);
        return output.WrittenMemory;
    }
}
