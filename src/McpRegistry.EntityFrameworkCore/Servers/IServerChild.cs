namespace McpRegistry.EntityFrameworkCore.Servers;

/// <summary>A row that lives and dies with its server and cannot belong to another tenant than it.</summary>
internal interface IServerChild
{
    Guid TenantId { get; set; }

    Guid ServerId { get; set; }
}
