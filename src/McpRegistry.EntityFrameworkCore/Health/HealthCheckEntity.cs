using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Health;

namespace McpRegistry.EntityFrameworkCore.Health;

/// <summary>One check of one endpoint.</summary>
internal sealed class HealthCheckEntity : IServerChild, IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid ServerId { get; set; }

    public Guid? EndpointId { get; set; }

    public DateTimeOffset CheckedAt { get; set; }

    public HealthCheckOutcome Outcome { get; set; }

    public double? ResponseTimeMs { get; set; }

    public string? ErrorMessage { get; set; }

    public string? Instance { get; set; }
}
