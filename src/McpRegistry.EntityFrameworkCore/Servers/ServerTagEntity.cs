namespace McpRegistry.EntityFrameworkCore.Servers;

/// <summary>One label of a server, beside the list on the server itself: this is the copy that is searched.</summary>
internal sealed class ServerTagEntity : IServerChild
{
    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public required string Tag { get; set; }
}
