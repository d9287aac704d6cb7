using System.Text;

namespace McpRegistry.ProtocolFuzz.Wire;

/// <summary>What came back, as far as it came.</summary>
internal sealed class RawResponse
{
    public int Status { get; set; }

    public List<(string Name, string Value)> Headers { get; } = [];

    public byte[] Body { get; set; } = [];

    /// <summary>Gets or sets whether the answer came to its proper end.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Gets or sets whether the client did not wait for the end.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Gets or sets whether the answer took longer than any answer may.</summary>
    public bool IsLate { get; set; }

    public bool IsStream => MediaType == "text/event-stream";

    public string? MediaType => Header("Content-Type")?.Split(';')[0].Trim();

    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.Find(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
