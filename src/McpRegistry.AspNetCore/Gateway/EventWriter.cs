using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using McpRegistry.Gateway.Resumption;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>Writes server-sent events.</summary>
internal static class EventWriter
{
    /// <summary>Writes a message.</summary>
    public static void Write(PipeWriter output, ReadOnlySpan<byte> json)
    {
        output.Write("event: message\n"u8);
        WriteData(output, json);
    }

    /// <summary>Writes a message with an id, or an event that only brings the id and the time to wait after a cut.</summary>
    public static void Write(PipeWriter output, EventId id, ReadOnlySpan<byte> json, TimeSpan retry)
    {
        if (!json.IsEmpty)
        {
            output.Write("event: message\n"u8);
        }

        output.Write(Encoding.ASCII.GetBytes($"id: {id}\n"));
        if (retry > TimeSpan.Zero)
        {
            output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {(long)retry.TotalMilliseconds}\n")));
        }

        WriteData(output, json);
    }

    /// <summary>A line break would end the event's line; in JSON outside of strings it is just white space.</summary>
    private static void WriteData(PipeWriter output, ReadOnlySpan<byte> json)
    {
        output.Write("data: "u8);
        while (json.IndexOfAny((byte)'\n', (byte)'\r') is var position and >= 0)
        {
            output.Write(json[..position]);
            output.Write(" "u8);
            json = json[(position + 1)..];
        }

        output.Write(json);
        output.Write("\n\n"u8);
    }
}
