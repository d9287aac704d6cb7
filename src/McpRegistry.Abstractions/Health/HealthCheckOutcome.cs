namespace McpRegistry.Health;

/// <summary>What one health check of an endpoint found.</summary>
public enum HealthCheckOutcome
{
    /// <summary>It answered in time.</summary>
    Healthy,

    /// <summary>It answered, but slowly or not everything.</summary>
    Degraded,

    /// <summary>It refused, or answered with an error.</summary>
    Unhealthy,

    /// <summary>It did not answer in time.</summary>
    Timeout,
}
