using McpRegistry.EntityFrameworkCore.Storage;

namespace McpRegistry.EntityFrameworkCore.Analytics;

/// <summary>One request that the gateway or the REST side answered. It holds no header, query or body: those carry secrets.</summary>
internal sealed class RequestLogEntity : IHasId
{
    public Guid Id { get; set; }

    public Guid TenantId { get; set; }

    public Guid? UserId { get; set; }

    public Guid? ApiKeyId { get; set; }

    public string? RequestId { get; set; }

    public string? TraceId { get; set; }

    public string? IpAddress { get; set; }

    public required string Method { get; set; }

    public required string Path { get; set; }

    public string? McpMethod { get; set; }

    public string? TargetName { get; set; }

    public Guid? TargetServerId { get; set; }

    public Guid? TargetEndpointId { get; set; }

    public DateTimeOffset RequestTime { get; set; }

    public double? DurationMs { get; set; }

    public int? StatusCode { get; set; }

    public long? RequestSizeBytes { get; set; }

    public long? ResponseSizeBytes { get; set; }

    public string? ErrorType { get; set; }

    public string? ErrorMessage { get; set; }
}
