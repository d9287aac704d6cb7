using McpRegistry.Servers;

namespace McpRegistry.EntityFrameworkCore.Servers;

internal sealed class EndpointEntity : IServerChild
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public int Ordinal { get; set; }

    public TransportKind TransportType { get; set; }

    public string? EndpointUrl { get; set; }

    public string? Command { get; set; }

    public string[] Arguments { get; set; } = [];

    public Dictionary<string, string> Environment { get; set; } = [];

    public string? WorkingDirectory { get; set; }

    public int Weight { get; set; }

    public string? Zone { get; set; }

    public ProtocolEra? ProtocolEra { get; set; }
}
