using System.Buffers;
using System.Text;
using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

/// <summary>Messages from and to text.</summary>
internal static class Message
{
    public static ClientMessage Of(string json)
    {
        Assert.Equal(EnvelopeFault.None, EnvelopeReader.Read(Utf8(json), EnvelopeLimits.Default, out var message));
        return message;
    }

    public static EnvelopeFault Fault(string json) => EnvelopeReader.Read(Utf8(json), EnvelopeLimits.Default, out _);

    public static UpstreamMessage Upstream(string json) => UpstreamMessage.TryRead(Utf8(json))!;

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Text(output.WrittenSpan);
    }
}
