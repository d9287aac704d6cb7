using System.Globalization;
using System.Text;

namespace McpRegistry.ProtocolFuzz.Wire;

/// <summary>A request as it is written, before what is known only at run time is filled in.</summary>
internal sealed class HttpDraft
{
    public string Verb { get; set; } = "POST";

    public required string Path { get; set; }

    public List<(string Name, string Value)> Headers { get; } = [];

    public byte[] Body { get; set; } = [];

    public Delivery Delivery { get; set; }

    /// <summary>Gets whether HTTP itself may be refused or broken off.</summary>
    public bool IsBroken => Delivery is Delivery.CutBody or Delivery.CutChunk or Delivery.BrokenChunk or Delivery.BothLengths or Delivery.NoLength;

    public bool IsChunked => Delivery is Delivery.Chunked or Delivery.CutChunk or Delivery.BrokenChunk or Delivery.BothLengths;

    public void Set(string name, string value)
    {
        Headers.RemoveAll(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        Headers.Add((name, value));
    }

    public byte[] Head(int length)
    {
        var head = new StringBuilder($"{Verb} {Path} HTTP/1.1\r\n");
        foreach (var (name, value) in Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (IsChunked)
        {
            head.Append("Transfer-Encoding: chunked\r\n");
        }

        if (Delivery is not (Delivery.Chunked or Delivery.CutChunk or Delivery.BrokenChunk or Delivery.NoLength))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
        }

        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }
}
